/* SPDX-License-Identifier: ISC */
/* raw_field.c - tests of raw/layers/field.h, raw/packet/sweep.h and the tables of
 * raw/layers/layers.h. */
#include "raw/layers/field.h"

#include "base/bytes.h"
#include "base/status.h"
#include "raw/packet/sweep.h"
#include "tap.h"

static const struct field *field(const struct layer *layer, const char *name)
{
	return layer_field(layer, name, strlen(name));
}

static void test_bits(void)
{
	unsigned char data[24];
	uint64_t random = 7;
	bool same = true, kept = true;

	for (unsigned bit = 0; bit < 17; bit++) {
		for (unsigned width = 1; width <= 128; width++) {
			struct value v = {random_next(&random), random_next(&random)}, got;
			unsigned char before[24];

			v.high = width > 64 ? v.high & UINT64_MAX >> (128 - width) : 0;
			v.low = width < 64 ? v.low & UINT64_MAX >> (64 - width) : v.low;
			memset(data, (int)(bit & 1 ? 0xff : 0), sizeof(data));
			memcpy(before, data, sizeof(data));
			value_put(data, bit, width, v);
			got = value_get(data, bit, width);
			same = same && got.high == v.high && got.low == v.low;
			value_put(data, bit, width, value_get(before, bit, width));
			kept = kept && memcmp(before, data, sizeof(data)) == 0;
		}
	}
	OK(same, "what is put is what is got, at every place and width");
	OK(kept, "and nothing beside it changes");
}

static void test_show_parse(void)
{
	static const struct {
		const struct layer *layer;
		const char *field, *text, *shown; /* SHOWN NULL: refused; "": as TEXT */
	} rows[] = {
		{&layer_eth, "dst", "01:02:03:aB:cd:ef", "01:02:03:ab:cd:ef"},
		{&layer_eth, "dst", "01-02-03-04-05-06", "01:02:03:04:05:06"},
		{&layer_eth, "dst", "01:02:03:04:05", NULL},
		{&layer_eth, "dst", "01:02:03:04:05:06:07", NULL},
		{&layer_eth, "dst", "1:2:3:4:5:6", NULL},
		{&layer_eth, "type", "ip6", "0x86dd"},
		{&layer_eth, "type", "2049", "0x0801"},
		{&layer_eth, "type", "0x0801", ""},
		{&layer_eth, "type", "0x", NULL},
		{&layer_eth, "type", "0x10000", NULL},
		{&layer_eth, "type", "0x10000000000000000", NULL},
		{&layer_ip, "dst", "192.0.2.1", ""},
		{&layer_ip, "dst", "3221225985", "192.0.2.1"},
		{&layer_ip, "dst", "::1", NULL},
		{&layer_ip6, "dst", "2001:DB8::1", "2001:db8::1"},
		{&layer_ip6, "dst", "fe80::1%1", NULL},
		{&layer_ip, "ttl", "255", ""},
		{&layer_ip, "ttl", "256", NULL},
		{&layer_ip, "dscp", "ef", "46"},
		{&layer_tcp, "flags", "syn,ack", ""},
		{&layer_tcp, "flags", "0x12", "syn,ack"},
		{&layer_tcp, "flags", "none", "0x0"},
		{&layer_tcp, "flags", "syn,", NULL},
		{&layer_tcp, "flags", ",syn", NULL},
		{&layer_tcp, "flags", "512", NULL},
		{&layer_tcp, "timestamp", "7", "7/0"},
		{&layer_tcp, "timestamp", "4294967295/1", ""},
		{&layer_tcp, "timestamp", "4294967296", NULL},
		{&layer_tcp, "sack-ok", "1", ""},
		{&layer_tcp, "sack-ok", "2", NULL},
		{&layer_payload, "zero", "64k", NULL},
		{&layer_payload, "zero", "1k", "1024"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct field *f = field(rows[i].layer, rows[i].field);
		const char *want = rows[i].shown && !*rows[i].shown ? rows[i].text : rows[i].shown;
		struct bytes out = {0};
		struct value v;
		bool good = field_parse(f, rows[i].text, &v);

		if (good)
			field_show(f, v, &out);
		OK(good == (want != NULL) && tap_same(bytes_text(&out), want ? want : ""),
			"%s=%s: \"%s\"", f->name, rows[i].text, bytes_text(&out));
		bytes_release(&out);
	}
}

static void test_sweeps(void)
{
	static const struct {
		const struct layer *layer;
		const char *field, *text;
		uint64_t count;
	} rows[] = {
		{&layer_ip, "ttl", "1-5", 5},
		{&layer_ip, "ttl", "1,3,5", 3},
		{&layer_ip, "ttl", "1-3,7,9-10", 6},
		{&layer_ip, "ttl", "random", 1},
		{&layer_ip, "ttl", "5-1", 0},
		{&layer_ip, "ttl", "1-", 0},
		{&layer_ip, "ttl", "1,,2", 0},
		{&layer_ip, "dst", "0.0.0.0-255.255.255.255", UINT64_C(1) << 32},
		{&layer_ip6, "dst", "::-ffff:ffff:ffff:ffff::", UINT64_MAX},
		{&layer_eth, "dst", "01-02-03-04-05-06", 1},
		{&layer_eth, "dst", "01-02-03-04-05-06-01-02-03-04-05-09", 4},
		{&layer_tcp, "flags", "syn,ack", 1},
		{&layer_tcp, "flags", "0-511", 512},
	};
	struct field_reading reading = {.numeric = true};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bytes why = {0};
		struct sweep s;
		enum status status = sweep_read(
			&s, field(rows[i].layer, rows[i].field), rows[i].text, &reading, &why);
		uint64_t count = 1;

		OK((status == STATUS_DONE) == (rows[i].count > 0) &&
				(status != STATUS_DONE || s.count == rows[i].count),
			"%s has %llu values %s", rows[i].text, (unsigned long long)rows[i].count,
			bytes_text(&why));
		while (status == STATUS_DONE && s.count < 1000 && sweep_next(&s))
			count++;
		OK(status != STATUS_DONE || s.count >= 1000 || count == s.count,
			"%s takes them all", rows[i].text);
		sweep_release(&s);
		bytes_release(&why);
	}
}

/* Properties that code relies on, whatever rows are added. */
static void test_tables(void)
{
	bool fits = true, few = true, known = true;

	for (size_t i = 0; i < layer_count; i++) {
		const struct layer *l = layers[i];
		size_t count = 0;

		for (const struct field *f = l->fields; f->name; f++, count++) {
			bool placed = f->width > 0 && !f->option;

			fits = fits && (!placed || f->bit + f->width <= l->size * 8);
			fits = fits && !value_less(field_max(f), (struct value){.low = f->value});
			known = known && layer_field(l, f->name, strlen(f->name)) == f;
		}
		few = few && count < LAYER_FIELDS;
		known = known &&
			(l->variant ? layer_variant(l, l->variant)
				    : layer_find(l->name, strlen(l->name))) == l;
	}
	OK(fits, "every field lies in its header, and its default in its range");
	OK(few, "no layer has too many fields");
	OK(known, "no name stands for two");
}

int main(void)
{
	test_bits();
	test_show_parse();
	test_sweeps();
	test_tables();
	return tap_end();
}
