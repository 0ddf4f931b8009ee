/* SPDX-License-Identifier: ISC */
/* features.h - which of the features that sockit can use this kernel has; for bug reports.
 *
 * features_linux.c and features_posix.c, which the other systems share, each provide all of it. */
#ifndef CORE_OS_FEATURES_H
#define CORE_OS_FEATURES_H

enum { OS_FEATURE_TEXT = 32 };

/* What the build is for: "linux", "posix", or another name of PLATFORM in the Makefile. */
extern const char *const os_platform;

/* A feature, and a function that writes its state: "yes", "no", or which part of it there is. */
struct os_feature {
	const char *name;
	void (*state)(char text[OS_FEATURE_TEXT]);
};

/* Ends with a NULL name. */
extern const struct os_feature os_features[];

#endif
