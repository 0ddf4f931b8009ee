/* SPDX-License-Identifier: ISC */
/* screen.c - one line that stays at the bottom of the terminal at standard error, below all that is
 * written. */
#include "base/screen.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/errout.h"
#include "base/log.h"

static struct {
	bool begun;
	bool mid_line;	 /* what was written last has no newline yet */
	size_t standing; /* characters of the line that is drawn; 0: none */
} screen;

enum { WIDTH_USUAL = 80 };

/* TIOCGWINSZ has been in POSIX only since 2024, but all systems have it under this name. */
int screen_width(int fd)
{
#ifdef TIOCGWINSZ
	struct winsize size = {0};

	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
#else
	(void)fd;
#endif
	return WIDTH_USUAL;
}

size_t screen_columns(void)
{
	if (isatty(STDERR_FILENO) != 1)
		return SIZE_MAX;
	/* Some terminals move to the next row once the last column is filled. */
	return (size_t)screen_width(STDERR_FILENO) - 1;
}

static bool in_background(void)
{
	pid_t foreground = tcgetpgrp(STDERR_FILENO);

	return foreground >= 0 && foreground != getpgrp();
}

void screen_begin(void)
{
	screen.begun = true;
	log_before(screen_give_way);
}

static void add_blanks(struct bytes *out, size_t count)
{
	while (count-- > 0)
		bytes_add_byte(out, ' ');
}

/* Append LINE, which may be NULL, so that nothing of the present line is left. */
static void add_over(struct bytes *out, const struct bytes *line)
{
	size_t columns = screen_columns(), size = line ? line->size : 0;
	size_t old = screen.standing < columns ? screen.standing : columns;

	if (screen.standing > 0)
		bytes_add_byte(out, '\r');
	if (size > 0)
		bytes_add(out, line->data, size);
	if (old > size)
		add_blanks(out, old - size);
	screen.standing = 0;
}

static void write_out(struct bytes *out)
{
	if (!out->failed)
		errout_write(out->data, out->size, 0);
	bytes_release(out);
}

void screen_stand(const struct bytes *line)
{
	struct bytes out = {0};

	if (in_background()) {
		screen.standing = 0;
		return;
	}
	if (screen.mid_line || line->failed)
		return;
	add_over(&out, line);
	screen.standing = line->size;
	write_out(&out);
}

void screen_end(const struct bytes *line)
{
	struct bytes out = {.failed = line->failed};

	if (screen.mid_line)
		bytes_add_byte(&out, '\n');
	add_over(&out, line);
	bytes_add_byte(&out, '\n');
	screen.mid_line = false;
	write_out(&out);
}

void screen_give_way(const void *data, size_t size)
{
	struct bytes out = {0};

	if (!screen.begun || size == 0)
		return;
	if (screen.standing > 0 && !in_background()) {
		add_over(&out, NULL);
		bytes_add_byte(&out, '\r');
	}
	screen.standing = 0;
	screen.mid_line = ((const char *)data)[size - 1] != '\n';
	write_out(&out);
}

void screen_give_way_to_output(const void *data, size_t size)
{
	if (screen.begun && isatty(STDOUT_FILENO) == 1)
		screen_give_way(data, size);
}
