/* SPDX-License-Identifier: ISC */
/* features.h - what the kernel here has of what sockit can use; for bug reports.
 *
 * features_linux.c and features_posix.c, which the other systems share, each provide all of it. */
#ifndef CORE_OS_FEATURES_H
#define CORE_OS_FEATURES_H

enum { OS_FEATURE_TEXT = 32 };

/* What the build is for: "linux", "posix", or another name of PLATFORM in the Makefile. */
extern const char *const os_platform;

/* A feature, and how it is asked for: "yes", "no", or what there is of it. */
struct os_feature {
	const char *name;
	void (*state)(char text[OS_FEATURE_TEXT]);
};

/* Ends with a NULL name. */
extern const struct os_feature os_features[];

#endif
