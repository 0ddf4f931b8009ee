/* SPDX-License-Identifier: ISC */
/* secret.c - what no command that we run may see of our environment. */
#include "base/secret.h"

#include <stdlib.h>
#include <string.h>

static char *proxy_password;

int secret_take(void)
{
	static const char name[] = "SOCKIT_PROXY_PASSWORD";
	char *value = getenv(name);

	if (!value)
		return 0;
	proxy_password = strdup(value);
	if (!proxy_password)
		return -1;
	memset(value, '*', strlen(value));
	return unsetenv(name);
}

const char *secret_proxy_password(void)
{
	return proxy_password;
}
