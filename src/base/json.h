/* SPDX-License-Identifier: ISC */
/* json.h - write JSON (RFC 8259) into a byte string.
 *
 * One struct json writes one value, usually an object on one line. A key is NULL inside a list. A
 * text that is NULL is left out, along with its key. Numbers are never written as NaN or
 * infinity. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

struct bytes;

struct json {
	struct bytes *out;
	bool comma; /* the innermost object or list is not empty */
};

/* Begin and end the outermost object; json_end adds the newline that ends a line of JSON. */
void json_begin(struct json *j, struct bytes *out);
void json_end(struct json *j);

void json_begin_object(struct json *j, const char *key);
void json_end_object(struct json *j);
void json_begin_list(struct json *j, const char *key);
void json_end_list(struct json *j);

/* TEXT as a string; bytes that are not UTF-8 become U+FFFD. */
void json_add_text(struct json *j, const char *key, const char *text);

/* SIZE bytes under KEY as a string if they are UTF-8, else under KEY_base64. */
void json_add_data(struct json *j, const char *key, const void *data, size_t size);

void json_add_int(struct json *j, const char *key, int64_t value);
void json_add_uint(struct json *j, const char *key, uint64_t value);
void json_add_bool(struct json *j, const char *key, bool value);

/* NS nanoseconds as seconds, with six decimals. */
void json_add_seconds(struct json *j, const char *key, int64_t ns);

/* WHEN (CLOCK_REALTIME) as RFC 3339 in UTC with microseconds. */
void json_add_time(struct json *j, const char *key, struct timespec when);

#endif
