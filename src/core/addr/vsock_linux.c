/* SPDX-License-Identifier: ISC */
/* vsock_linux.c - the addresses of AF_VSOCK (vsock(7)). */
#include "core/addr/vsock.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"

/* From the kernel's headers, which may not be installed. */
enum { KERNEL_AF_VSOCK = 40 };

#define VSOCK_CID_ANY	UINT32_MAX
#define VSOCK_CID_LOCAL 1
#define VSOCK_CID_HOST	2

struct kernel_sockaddr_vm {
	sa_family_t family;
	uint16_t reserved;
	uint32_t port;
	uint32_t cid;
	uint8_t flags;
	uint8_t zero[3];
};

const char *vsock_parse(const char *cid, const char *port, struct addr *addr)
{
	uint64_t cid_number = 0, port_number = 0;
	if (strcmp(cid, "any") == 0)
		cid_number = VSOCK_CID_ANY;
	else if (strcmp(cid, "host") == 0)
		cid_number = VSOCK_CID_HOST;
	else if (strcmp(cid, "local") == 0)
		cid_number = VSOCK_CID_LOCAL;
	else if (num_parse(cid, 0, UINT32_MAX, &cid_number))
		return "(CID: any, host, local, or 0-4294967295)";
	if (num_parse(port, 0, UINT32_MAX, &port_number))
		return "(port: 0-4294967295)";
	struct kernel_sockaddr_vm vm = {
		.family = KERNEL_AF_VSOCK,
		.port = (uint32_t)port_number,
		.cid = (uint32_t)cid_number,
	};
	*addr = (struct addr){.size = sizeof(vm)};
	memcpy(&addr->u, &vm, sizeof(vm));
	return NULL;
}

bool vsock_text(const struct addr *addr, char out[ADDR_TEXT])
{
	struct kernel_sockaddr_vm vm;
	if (addr->size < sizeof(vm) || addr->u.sa.sa_family != KERNEL_AF_VSOCK)
		return false;
	memcpy(&vm, &addr->u, sizeof(vm));
	if (vm.cid == VSOCK_CID_ANY)
		snprintf(out, ADDR_TEXT, "vsock:any:%u", (unsigned)vm.port);
	else
		snprintf(out, ADDR_TEXT, "vsock:%u:%u", (unsigned)vm.cid, (unsigned)vm.port);
	return true;
}
