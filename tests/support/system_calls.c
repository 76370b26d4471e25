/* System calls that fail, or kill the program, at a chosen one. Preloaded into the program under test (LD_PRELOAD).

   Counts, over all threads, the calls that change files whose path begins with CALLS_UNDER: strace counts per thread,
   and which of its threads the program gives a piece of work to is chance.

   CALLS_KINDS    kinds that count, such as "write,sync"; unset = all but "open"
   CALLS_AT       the call that is hit, from 1
   CALLS_DO       kill    the program is killed before the call
                  torn    half of what is to be written is written, then it is killed; other calls are as with "after"
                  after   it is killed after the call
                  a number: the call fails with this errno
   CALLS_FOREVER  set = so does every later one that counts
   CALLS_LOG      gets a line for each call that counts: kind, size, path

   The calls themselves are made through syscall(2), so nothing here depends on the C library's own wrappers. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum fate { PASS, KILL, TORN, AFTER, FAIL };

static const char *under, *kinds, *deed;
static long at;
static int forever, log_fd = -1, number;
static long count;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("CALLS_LOG"), *which = getenv("CALLS_AT");
    under = getenv("CALLS_UNDER");
    kinds = getenv("CALLS_KINDS");
    deed = getenv("CALLS_DO");
    forever = getenv("CALLS_FOREVER") != NULL;
    at = which ? atol(which) : 0;
    number = deed ? atoi(deed) : 0;
    if (path) log_fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void die(void) {
    syscall(SYS_kill, getpid(), SIGKILL);
    for (;;) pause();
}

static int counts(const char *kind) {
    const char *place = kinds ? strstr(kinds, kind) : kind;
    if (!kinds) return strcmp(kind, "open") != 0;
    return place && (place == kinds || place[-1] == ',') && strchr(",", place[strlen(kind)]);
}

/* What happens to a call of this kind on the file at this path. */
static enum fate meet(const char *kind, const char *path, size_t size) {
    char line[2 * PATH_MAX + 64];
    long now;
    if (!under || !path || strncmp(path, under, strlen(under)) != 0 || !counts(kind)) return PASS;
    now = __atomic_add_fetch(&count, 1, __ATOMIC_SEQ_CST);
    if (log_fd >= 0) {
        int length = snprintf(line, sizeof line, "%s %zu %s\n", kind, size, path);
        syscall(SYS_write, log_fd, line, (size_t)length);
    }
    if (!deed || at == 0 || (forever ? now < at : now != at)) return PASS;
    if (number) {
        errno = number;
        return FAIL;
    }
    if (strcmp(deed, "kill") == 0) die();
    return strcmp(deed, "torn") == 0 ? TORN : AFTER;
}

/* The path of an open file or folder; 0 if it has none. */
static int path_of(int fd, char path[PATH_MAX]) {
    char link[64];
    int before = errno;
    ssize_t length;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = syscall(SYS_readlinkat, AT_FDCWD, link, path, PATH_MAX - 1);
    errno = before;
    if (length <= 0) return 0;
    path[length] = 0;
    return 1;
}

static enum fate meet_fd(const char *kind, int fd, size_t size) {
    char path[PATH_MAX];
    return path_of(fd, path) ? meet(kind, path, size) : PASS;
}

/* The same for a name that may be one within an open folder. */
static enum fate meet_at(const char *kind, int folder, const char *name) {
    char path[PATH_MAX], whole[2 * PATH_MAX];
    if (!name || name[0] == '/' || folder == AT_FDCWD || !path_of(folder, path)) return meet(kind, name, 0);
    snprintf(whole, sizeof whole, "%s/%s", path, name);
    return meet(kind, whole, 0);
}

/* Makes the call, unless it is to fail; dies after it where that is asked for. */
#define MAKE(met, call)                         \
    do {                                        \
        enum fate a_ = (met);                  \
        long result_;                           \
        if (a_ == FAIL) return -1;              \
        result_ = (call);                       \
        if (a_ == TORN || a_ == AFTER) die();   \
        return result_;                         \
    } while (0)

/* The same for a call that writes `size` bytes: torn, it writes half of them. */
#define MAKE_WRITE(kind, fd, size, whole, half) \
    do {                                        \
        enum fate w_ = meet_fd(kind, fd, size); \
        if (w_ == TORN) {                       \
            (void)(half);                       \
            die();                              \
        }                                       \
        MAKE(w_, whole);                        \
    } while (0)

ssize_t write(int fd, const void *bytes, size_t size) {
    MAKE_WRITE("write", fd, size, syscall(SYS_write, fd, bytes, size), syscall(SYS_write, fd, bytes, size / 2));
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t offset) {
    MAKE_WRITE("write", fd, size, syscall(SYS_pwrite64, fd, bytes, size, offset),
               syscall(SYS_pwrite64, fd, bytes, size / 2, offset));
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset) { return pwrite64(fd, bytes, size, offset); }

ssize_t writev(int fd, const struct iovec *parts, int many) {
    MAKE(meet_fd("write", fd, (size_t)many), syscall(SYS_writev, fd, parts, many));
}

int fsync(int fd) { MAKE(meet_fd("sync", fd, 0), syscall(SYS_fsync, fd)); }

int fdatasync(int fd) { MAKE(meet_fd("sync", fd, 0), syscall(SYS_fdatasync, fd)); }

int ftruncate64(int fd, off64_t size) {
    MAKE(meet_fd("truncate", fd, (size_t)size), syscall(SYS_ftruncate, fd, size));
}

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

int unlinkat(int folder, const char *path, int flags) {
    MAKE(meet_at("unlink", folder, path), syscall(SYS_unlinkat, folder, path, flags));
}

int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }

int renameat2(int from, const char *old, int to, const char *new, unsigned flags) {
    MAKE(meet_at("rename", to, new), syscall(SYS_renameat2, from, old, to, new, flags));
}

int renameat(int from, const char *old, int to, const char *new) { return renameat2(from, old, to, new, 0); }

int rename(const char *old, const char *new) { return renameat2(AT_FDCWD, old, AT_FDCWD, new, 0); }

int mkdirat(int folder, const char *path, mode_t mode) {
    MAKE(meet_at("create", folder, path), syscall(SYS_mkdirat, folder, path, mode));
}

int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

static int open_file(int folder, const char *path, int flags, mode_t mode) {
    int missing = (flags & O_CREAT) && syscall(SYS_faccessat, folder, path, F_OK) != 0;
    enum fate fate = PASS;
    if (missing || (flags & O_ACCMODE) != O_RDONLY) fate = meet_at(missing ? "create" : "open", folder, path);
    MAKE(fate, syscall(SYS_openat, folder, path, flags, mode));
}

#define MODE(flags, last) \
    mode_t mode = 0;      \
    va_list rest;         \
    va_start(rest, last); \
    if ((flags) & (O_CREAT | O_TMPFILE)) mode = va_arg(rest, mode_t); \
    va_end(rest)

int open(const char *path, int flags, ...) {
    MODE(flags, flags);
    return open_file(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    MODE(flags, flags);
    return open_file(AT_FDCWD, path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...) {
    MODE(flags, flags);
    return open_file(folder, path, flags, mode);
}

int openat64(int folder, const char *path, int flags, ...) {
    MODE(flags, flags);
    return open_file(folder, path, flags, mode);
}
