/* A worker that misbehaves. What it does stands behind the end of the picture that it gets. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "media/wire.h"

extern char **environ;

static void answer(uint32_t code, uint32_t width, uint32_t height, const char *text)
{
    struct wire_reply r = {WIRE_REPLY, code, width, height, {0}};
    memcpy(r.text, text, strnlen(text, sizeof r.text));
    if (write(WIRE_SOCKET_FD, &r, sizeof r) < 0)
        exit(1);
}

/* The whole environment as one text. */
static void answer_environment(void)
{
    char text[WIRE_TEXT_MAX] = "environment:";
    for (char **v = environ; *v; v++) {
        size_t n = strlen(text);
        snprintf(text + n, sizeof text - n, " %s", *v);
    }
    answer(TAKT_ERR_FORMAT, 0, 0, text);
}

static void misbehave(const char *how)
{
    char text[1000]; /* more than any answer */
    memset(text, 'x', sizeof text);
    signal(SIGSEGV, SIG_DFL); /* a sanitizer has its own idea of it */
    if (strcmp(how, "segv") == 0)
        raise(SIGSEGV);
    else if (strcmp(how, "exit") == 0)
        exit(0);
    else if (strcmp(how, "short") == 0 && write(WIRE_SOCKET_FD, text, 3) < 0)
        exit(1);
    else if (strcmp(how, "long") == 0 && write(WIRE_SOCKET_FD, text, sizeof text) < 0)
        exit(1);
    else if (strcmp(how, "rubbish") == 0 &&
             write(WIRE_SOCKET_FD, text, sizeof(struct wire_reply)) < 0)
        exit(1);
    else if (strcmp(how, "larger") == 0)
        answer(0, 100000, 100000, "");
    else if (strcmp(how, "internal") == 0)
        answer(TAKT_ERR_INTERNAL, 1, 1, "me");
    else if (strcmp(how, "text") == 0)
        answer(TAKT_ERR_FORMAT, 1, 1, memset(text, '\n', sizeof text));
    else if (strcmp(how, "environment") == 0)
        answer_environment();
}

int main(void)
{
    struct wire_hello h;
    struct wire_job job;
    char how[32] = "";
    if (read(WIRE_SOCKET_FD, &h, sizeof h) != (ssize_t)sizeof h)
        return 1;
    answer(0, 0, 0, "");
    if (read(WIRE_SOCKET_FD, &job, sizeof job) != (ssize_t)sizeof job)
        return 1;
    const char *in = mmap(NULL, h.in_bytes, PROT_READ, MAP_SHARED, WIRE_AREAS_FD, 0);
    if (in == MAP_FAILED)
        return 1;
    const char *end = memmem(in, job.file_bytes, "IEND", 4);
    if (end)
        snprintf(how, sizeof how, "%.*s", (int)(in + job.file_bytes - end - 8), end + 8);
    misbehave(how);
    for (;;) /* and never end */
        pause();
}
