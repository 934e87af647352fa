/* Stands between the program and the C library: counts the calls that change files below one
   folder, and kills the process, or lets the call fail, at the one it was told. Moves the clock. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

enum { COUNT = 1, KILL, TORN, ONCE, EVER };     /* what happens at the call */
enum { WRITES = 1, SYNCS = 2, NAMES = 4, READS = 8 }; /* which calls are counted */

static char folder[PATH_MAX];
static int mode, kinds, fault;
static long calls, target, shift;

void shim_arm(const char *below, int which, int what, long at, int error)
{
    strncpy(folder, below, sizeof folder - 1);
    kinds = which, fault = error, target = at, calls = 0, mode = what;
}

long shim_disarm(void) { mode = 0; return calls; }

long shim_calls(void) { return calls; }

void shim_shift(long seconds) { shift = seconds; }

static int below(const char *path) { return !strncmp(path, folder, strlen(folder)); }

static int held(int fd)
{
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return below(path);
}

/* 1: this call fails; 2: half of it is written, then the end */
static int due(int kind, int concerned)
{
    if (!concerned || !(kinds & kind)) return 0;
    calls++;
    if (calls == target && (mode == KILL || (mode == TORN && kind != WRITES)))
        kill(getpid(), SIGKILL);
    if (calls == target && mode == TORN) return 2;
    if ((calls == target && mode == ONCE) || (calls >= target && mode == EVER)) {
        errno = fault;
        return 1;
    }
    return 0;
}

#define REAL(name, ...) \
    static __typeof__(name) *real; \
    if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

#define CHANGES(kind, name, fails, concerned, parameters, arguments) \
    __typeof__(fails) name parameters { \
        REAL(name); \
        int what = mode ? due(kind, concerned) : 0; \
        if (what == 2) kill(getpid(), SIGKILL); \
        return what ? fails : real arguments; \
    }

#define WRITE(name, parameters, whole, half) \
    ssize_t name parameters { \
        REAL(name); \
        int what = mode ? due(WRITES, held(fd)) : 0; \
        if (what == 1) return -1; \
        if (what == 2) { half; kill(getpid(), SIGKILL); } \
        return whole; \
    }

WRITE(write, (int fd, const void *data, size_t n), real(fd, data, n), real(fd, data, n / 2))
WRITE(pwrite, (int fd, const void *data, size_t n, off_t at), real(fd, data, n, at),
      real(fd, data, n / 2, at))
WRITE(pwrite64, (int fd, const void *data, size_t n, off64_t at), real(fd, data, n, at),
      real(fd, data, n / 2, at))
CHANGES(WRITES, ftruncate, -1, held(fd), (int fd, off_t n), (fd, n))
CHANGES(WRITES, ftruncate64, -1, held(fd), (int fd, off64_t n), (fd, n))
CHANGES(SYNCS, fsync, -1, held(fd), (int fd), (fd))
CHANGES(SYNCS, fdatasync, -1, held(fd), (int fd), (fd))
CHANGES(NAMES, rename, -1, below(to), (const char *from, const char *to), (from, to))
CHANGES(NAMES, link, -1, below(to), (const char *from, const char *to), (from, to))
CHANGES(NAMES, unlink, -1, below(path), (const char *path), (path))
CHANGES(READS, pread, (ssize_t)-1, held(fd), (int fd, void *data, size_t n, off_t at),
        (fd, data, n, at))
CHANGES(READS, pread64, (ssize_t)-1, held(fd), (int fd, void *data, size_t n, off64_t at),
        (fd, data, n, at))

#define OPENS(name) \
    int name(const char *path, int flags, ...) { \
        REAL(name); \
        va_list rest; \
        va_start(rest, flags); \
        mode_t rights = va_arg(rest, mode_t); \
        va_end(rest); \
        if (mode && (flags & O_CREAT) && due(NAMES, below(path))) return -1; \
        return real(path, flags, rights); \
    }

OPENS(open)
OPENS(open64)

int clock_gettime(clockid_t which, struct timespec *now)
{
    REAL(clock_gettime);
    int result = real(which, now);
    if (!result && which == CLOCK_REALTIME) now->tv_sec += shift;
    return result;
}
