/* A program that stands for ffmpeg and misbehaves as the film says: its text behind four bytes. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

extern char **environ;

enum { FILM = 3, FRAMES = 5 };

static char how[256];

static int is(const char *word)
{
    return strcmp(how, word) == 0;
}

static int fail(const char *words)
{
    fprintf(stderr, "%s\n", words);
    return 1;
}

static int maps(size_t bytes, int protection)
{
    return mmap(NULL, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

/* What must not work: 1 with "was refused" when it does not. */
static int attempt(const char *what)
{
    int worked = 1;
    if (strcmp(what, "open") == 0)
        worked = open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0;
    else if (strcmp(what, "write") == 0)
        worked = open("/dev/shm/takt-film-liar", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0;
    else if (strcmp(what, "socket") == 0)
        worked = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0 ||
                 socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0;
    else if (strcmp(what, "fork") == 0)
        worked = fork() >= 0;
    else if (strcmp(what, "kill") == 0)
        worked = kill(getppid(), 0) == 0;
    else if (strcmp(what, "memory") == 0)
        worked = maps((size_t)3 << 30, PROT_READ | PROT_WRITE);
    else if (strcmp(what, "code") == 0)
        worked = maps(4096, PROT_WRITE | PROT_EXEC);
    else if (strcmp(what, "fds") == 0)
        worked = fcntl(FILM + 1, F_GETFD) >= 0 || write(FILM, "x", 1) == 1;
    else if (strcmp(what, "environment") == 0)
        worked = getenv("TAKT_SECRET") != NULL || getenv("PATH") != NULL;
    return fail(worked ? "it worked" : "was refused");
}

static int list(void)
{
    if (is("fails"))
        return fail("[x @ 0x12] it \033hurts\nConversion failed!");
    if (is("sound"))
        return fail("Stream map '0:V:0' matches no streams.\nTo ignore this, add a trailing '?'");
    if (is("segv")) {
        signal(SIGSEGV, SIG_DFL);
        raise(SIGSEGV);
    }
    if (is("sleep"))
        sleep(1000);
    if (is("rubbish"))
        puts("what?");
    for (int i = 0; i < 100000 && is("endless"); i++)
        fputs("0, 0, ", stdout);
    for (int i = 0; i < 5000 && is("chatter"); i++)
        fputs("so much to say about so little\n", stderr);
    puts("#tb 0: 1/25");
    puts(is("huge") ? "#dimensions 0: 30000x30000" : "#dimensions 0: 4x2");
    for (int i = 0; i < FRAMES && !is("empty"); i++)
        printf("0, %d, %d, 1, 100, 0x1\n", i, FRAMES - 1 - i);
    return 0;
}

static int frames(int n)
{
    n -= is("fewer");
    n = is("none") ? 0 : is("more") ? n + 1 : n;
    for (int i = 0; i < n; i++) {
        size_t bytes = is("short") && i == 2 ? 10 : 24;
        fputs(is("lying") ? "P6\n30000 30000\n255\n" : "P6\n4 2\n255\n", stdout);
        for (size_t k = 0; k < bytes; k++)
            putchar(i);
    }
    fflush(stdout);
    return is("fails-late") ? fail("no more") : 0;
}

int main(int argc, char **argv)
{
    int n = 0, is_list = 0;
    ssize_t got = pread(FILM, how, sizeof how - 1, 4);
    how[got > 0 ? got : 0] = 0;
    for (int i = 1; i + 1 < argc; i++) {
        is_list = is_list || strcmp(argv[i + 1], "framecrc") == 0;
        if (strcmp(argv[i], "-frames:v") == 0)
            n = (int)strtol(argv[i + 1], NULL, 10);
        if (strcmp(argv[i], "-fps_mode") == 0 && is("old"))
            return fail("Unrecognized option 'fps_mode'.");
    }
    if (strncmp(how, "try-", 4) == 0)
        return attempt(how + 4);
    return is_list ? list() : frames(n);
}
