/* SPDX-License-Identifier: ISC */
/* flow_buffer.c - spare lists of buffers and large pipes. */
#include "core/stream/flow_buffer.h"

#include <stdlib.h>
#include <unistd.h>

#include "core/os/os.h"

enum { SPARE_SMALL = 64, SPARE_LARGE = 8, SPARE_PIPES = 8 };

static struct {
	const size_t room;
	const unsigned max;
	unsigned count;
	struct flow_buffer *first;
} spares[] = {
	{.room = FLOW_SMALL, .max = SPARE_SMALL},
	{.room = FLOW_LARGE, .max = SPARE_LARGE},
};
enum { SPARE_LISTS = sizeof(spares) / sizeof(spares[0]) };

static size_t large_in_use;

static struct {
	unsigned open, spare;
	struct flow_pipe *first;
} pipes;

struct flow_buffer *flow_buffer_take(size_t room)
{
	struct flow_buffer *buffer;

	large_in_use += room >= FLOW_LARGE;
	for (size_t i = 0; i < SPARE_LISTS; i++) {
		buffer = spares[i].first;
		if (spares[i].room != room || !buffer)
			continue;
		spares[i].first = buffer->next;
		spares[i].count--;
		return buffer;
	}
	buffer = malloc(sizeof(*buffer) + room);
	if (buffer)
		*buffer = (struct flow_buffer){.room = room};
	else
		large_in_use -= room >= FLOW_LARGE;
	return buffer;
}

void flow_buffer_give(struct flow_buffer *buffer)
{
	large_in_use -= buffer->room >= FLOW_LARGE;
	buffer->start = buffer->end = 0;
	for (size_t i = 0; i < SPARE_LISTS; i++) {
		if (spares[i].room != buffer->room || spares[i].count >= spares[i].max)
			continue;
		buffer->next = spares[i].first;
		spares[i].first = buffer;
		spares[i].count++;
		return;
	}
	free(buffer);
}

bool flow_buffers_are_scarce(void)
{
	return large_in_use >= FLOW_LARGE_MAX;
}

static void close_pipe(struct flow_pipe *pipe)
{
	close(pipe->in);
	close(pipe->out);
	free(pipe);
	pipes.open--;
}

static struct flow_pipe *open_pipe(void)
{
	struct flow_pipe *pipe = malloc(sizeof(*pipe));
	int fds[2];

	if (!pipe || os_pipe(fds) < 0) {
		free(pipe);
		return NULL;
	}
	*pipe = (struct flow_pipe){.in = fds[1], .out = fds[0]};
	pipes.open++;
	/* Copying is faster than splicing through a small pipe. */
	if (os_pipe_grow(pipe->in, FLOW_PIPE) < FLOW_LARGE) {
		close_pipe(pipe);
		return NULL;
	}
	return pipe;
}

struct flow_pipe *flow_pipe_take(void)
{
	struct flow_pipe *pipe = pipes.first;

	if (!pipe)
		return pipes.open < FLOW_PIPES_MAX ? open_pipe() : NULL;
	pipes.first = pipe->next;
	pipes.spare--;
	return pipe;
}

void flow_pipe_give(struct flow_pipe *pipe)
{
	if (pipe->used > 0 || pipes.spare >= SPARE_PIPES) {
		close_pipe(pipe);
		return;
	}
	pipe->next = pipes.first;
	pipes.first = pipe;
	pipes.spare++;
}
