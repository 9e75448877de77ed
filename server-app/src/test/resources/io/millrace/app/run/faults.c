/*
 * Makes system calls of a process fail, for FaultRun: preloaded, it stands before the C library.
 * Which call fails, how and how often is in a file that both sides have mapped, so that it changes
 * while the process runs. Only files below one folder are meant, and the lock's never.
 *
 * gcc -shared -fPIC -O2 -o faults.so faults.c -ldl
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

/* In the order of FaultLibrary.Call, from 1 on. */
enum { OPEN = 1, WRITE, FSYNC, RENAME, UNLINK, CLOSE, ACCEPT, READ };

struct control {
    volatile int32_t call;     /* 0: none */
    volatile int32_t error;    /* errno */
    volatile int32_t every;    /* one call of so many fails */
    volatile int32_t done;     /* 1: the call is made, and said to have failed */
    volatile int32_t seen;
    volatile int32_t injected;
};

static struct control *control;
static const char *folder;

__attribute__((constructor)) static void start(void)
{
    const char *path = getenv("FAULTS_FILE");
    int fd = path == NULL ? -1 : open(path, O_RDWR);
    if (fd >= 0) {
        void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        folder = getenv("FAULTS_IN");
        control = page == MAP_FAILED || folder == NULL ? NULL : page;
    }
}

static int is_meant(const char *path)
{
    return path != NULL && strncmp(path, folder, strlen(folder)) == 0
            && strstr(path, ".millrace.lock") == NULL;
}

static int is_open_there(int fd)
{
    char link[64];
    char path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) {
        return 0;
    }
    path[length] = 0;
    return is_meant(path);
}

static int is_due(void)
{
    if (__sync_fetch_and_add(&control->seen, 1) % control->every != 0) {
        return 0;
    }
    __sync_fetch_and_add(&control->injected, 1);
    return 1;
}

static int fails(int call, const char *path)
{
    return control != NULL && control->call == call && is_meant(path) && is_due();
}

static int fails_at(int call, int fd)
{
    return control != NULL && control->call == call && is_open_there(fd) && is_due();
}

#define REAL(name) \
    static __typeof__(&name) real; \
    if (real == NULL) { \
        real = (__typeof__(&name)) dlsym(RTLD_NEXT, #name); \
    }

#define FAIL do { errno = control->error; return -1; } while (0)

#define OPEN_MODE \
    mode_t mode = 0; \
    if (flags & (O_CREAT | __O_TMPFILE)) { \
        va_list more; \
        va_start(more, flags); \
        mode = va_arg(more, mode_t); \
        va_end(more); \
    }

int open(const char *path, int flags, ...)
{
    OPEN_MODE
    REAL(open)
    if (fails(OPEN, path)) FAIL;
    return real(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    OPEN_MODE
    REAL(open64)
    if (fails(OPEN, path)) FAIL;
    return real(path, flags, mode);
}

int openat(int at, const char *path, int flags, ...)
{
    OPEN_MODE
    REAL(openat)
    if (fails(OPEN, path)) FAIL;
    return real(at, path, flags, mode);
}

int openat64(int at, const char *path, int flags, ...)
{
    OPEN_MODE
    REAL(openat64)
    if (fails(OPEN, path)) FAIL;
    return real(at, path, flags, mode);
}

ssize_t write(int fd, const void *bytes, size_t count)
{
    REAL(write)
    if (fails_at(WRITE, fd)) FAIL;
    return real(fd, bytes, count);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset)
{
    REAL(pwrite64)
    if (fails_at(WRITE, fd)) FAIL;
    return real(fd, bytes, count, offset);
}

ssize_t read(int fd, void *bytes, size_t count)
{
    REAL(read)
    if (fails_at(READ, fd)) FAIL;
    return real(fd, bytes, count);
}

ssize_t pread64(int fd, void *bytes, size_t count, off64_t offset)
{
    REAL(pread64)
    if (fails_at(READ, fd)) FAIL;
    return real(fd, bytes, count, offset);
}

ssize_t sendfile64(int out, int in, off64_t *offset, size_t count)
{
    REAL(sendfile64)
    if (fails_at(READ, in)) FAIL;
    return real(out, in, offset, count);
}

int fsync(int fd)
{
    REAL(fsync)
    if (fails_at(FSYNC, fd)) FAIL;
    return real(fd);
}

int fdatasync(int fd)
{
    REAL(fdatasync)
    if (fails_at(FSYNC, fd)) FAIL;
    return real(fd);
}

int rename(const char *from, const char *to)
{
    REAL(rename)
    if (fails(RENAME, to)) {
        if (control->done) real(from, to);
        FAIL;
    }
    return real(from, to);
}

int unlink(const char *path)
{
    REAL(unlink)
    if (fails(UNLINK, path)) {
        if (control->done) real(path);
        FAIL;
    }
    return real(path);
}

/* A descriptor is gone whatever close says. */
int close(int fd)
{
    REAL(close)
    if (fails_at(CLOSE, fd)) {
        real(fd);
        FAIL;
    }
    return real(fd);
}

int accept(int fd, struct sockaddr *address, socklen_t *length)
{
    REAL(accept)
    if (control != NULL && control->call == ACCEPT && is_due()) FAIL;
    return real(fd, address, length);
}

int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags)
{
    REAL(accept4)
    if (control != NULL && control->call == ACCEPT && is_due()) FAIL;
    return real(fd, address, length, flags);
}
