/* banned: functions whose result depends on luck fail to compile.
 *
 * Included before everything else by the build. The standard headers come first, because a poisoned
 * name may not even be declared afterwards. */
#ifndef TAKT_BASE_BANNED_H
#define TAKT_BASE_BANNED_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <wchar.h>

#undef alloca
#undef strdupa
#pragma GCC poison strcpy strcat stpcpy strncat sprintf vsprintf gets strtok atoi atol atoll atof
#pragma GCC poison alloca strdupa asctime ctime gmtime localtime tmpnam mktemp

/* Not poisoned: OpenSSL's headers have parameters of that name. */
int rand(void) __attribute__((deprecated("its numbers depend on luck")));
void srand(unsigned seed) __attribute__((deprecated("its numbers depend on luck")));

#endif
