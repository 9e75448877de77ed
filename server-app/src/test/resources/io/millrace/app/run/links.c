/*
 * Puts links that lead out of a store in place of its folders and takes them away again, for
 * LinkRun, and counts who opens, reads or changes anything at their targets.
 *
 *     links DATA OUTSIDE TRASH SWAPS SEED
 *
 * DATA has the folders a/b/c and the objects t and a/b/c/t, OUTSIDE the same. Each is swapped by
 * RENAME_EXCHANGE, or by renames with a moment in which nothing has the name. What the store puts
 * there in that moment ends up in TRASH. The real folders are held open, so a swap at one depth
 * reaches what it means while another depth is swapped.
 *
 * gcc -O2 -o links links.c
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { PLACES = 5, MAX_PAUSE_NS = 1000000, NOT_WATCHED = -1, EXCHANGE = 2 };

/* A name that is swapped. Its link waits as ".link", what it stands for hides as ".hidden". */
struct place {
    int dir;
    const char *name;
    int is_file;
    ino_t inode; /* of the real folder; an object's changes with each PUT */
    char target[PATH_MAX];
    char link[64];
    char hidden[64];
    long swaps;
};

static struct place places[PLACES];
static int trash;
static long trashed;
static uint64_t seed;

static void die(const char *what)
{
    perror(what);
    exit(2);
}

static uint32_t below(uint32_t bound)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t) (seed >> 33) % bound;
}

static void pause_a_moment(void)
{
    struct timespec time = { 0, below(MAX_PAUSE_NS) };
    if (below(4) != 0) {
        nanosleep(&time, NULL);
    }
}

static int is_there(int dir, const char *name, struct stat *status)
{
    if (fstatat(dir, name, status, AT_SYMLINK_NOFOLLOW) == 0) {
        return 1;
    }
    if (errno != ENOENT) {
        die(name);
    }
    return 0;
}

static int exchange(struct place *place, const char *other)
{
    return (int) syscall(SYS_renameat2, place->dir, place->name, place->dir, other, EXCHANGE);
}

static void throw_away(int dir, const char *name)
{
    char to[32];
    snprintf(to, sizeof to, "%ld", trashed++);
    if (renameat(dir, name, trash, to) != 0 && errno != ENOENT) {
        die("trash");
    }
}

static int is_real(struct place *place, struct stat *status)
{
    return place->is_file ? S_ISREG(status->st_mode) : status->st_ino == place->inode;
}

/* The real one gets its name back, the link waits beside it, and nothing else is left. */
static void restore(struct place *place)
{
    const char *others[] = { place->link, place->hidden };
    struct stat status;
    for (int i = 0; i < 2; i++) {
        int named = is_there(place->dir, place->name, &status);
        if (named && is_real(place, &status)) {
            break;
        }
        if (is_there(place->dir, others[i], &status) && is_real(place, &status)) {
            if (exchange(place, others[i]) != 0) {
                /* Nothing has the name; or what had it went this moment. */
                renameat(place->dir, others[i], place->dir, place->name);
            }
        }
    }
    if (is_there(place->dir, place->hidden, &status)) {
        throw_away(place->dir, place->hidden);
    }
    if (is_there(place->dir, place->link, &status) && !S_ISLNK(status.st_mode)) {
        throw_away(place->dir, place->link);
    }
    if (is_there(place->dir, place->name, &status) && S_ISLNK(status.st_mode)) {
        throw_away(place->dir, place->name);
    }
    if (!is_there(place->dir, place->link, &status)
            && symlinkat(place->target, place->dir, place->link) != 0) {
        die("link");
    }
    if (place->is_file && !is_there(place->dir, place->name, &status)) {
        int file = openat(place->dir, place->name, O_CREAT | O_EXCL | O_WRONLY, 0666);
        if (file < 0 && errno != EEXIST) {
            die(place->name);
        }
        if (file >= 0 && write(file, "inside", 6) != 6) {
            die(place->name);
        }
        close(file);
    }
}

static void swap(struct place *place)
{
    place->swaps++;
    if (below(2) == 0) {
        exchange(place, place->link); /* what fails is put right by restore */
    } else {
        renameat(place->dir, place->name, place->dir, place->hidden);
        if (below(2) == 0) {
            pause_a_moment();
        }
        renameat(place->dir, place->link, place->dir, place->name);
    }
}

static void set(int i, int dir, const char *name, int is_file, const char *outside)
{
    struct stat status;
    struct place *place = &places[i];
    place->dir = dir;
    place->name = name;
    place->is_file = is_file;
    snprintf(place->target, sizeof place->target, "%s", outside);
    snprintf(place->link, sizeof place->link, ".%s.link", name);
    snprintf(place->hidden, sizeof place->hidden, ".%s.hidden", name);
    if (!is_there(dir, name, &status)) {
        die(name);
    }
    place->inode = status.st_ino;
    restore(place);
}

static int open_folder(int in, const char *name)
{
    int folder = openat(in, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    if (folder < 0) {
        die(name);
    }
    return folder;
}

static void watch(int notify, const char *folder)
{
    if (inotify_add_watch(notify, folder, IN_ALL_EVENTS) == NOT_WATCHED) {
        die(folder);
    }
}

/* Prints what has happened outside; there must be nothing. */
static void print_seen(int notify)
{
    char buffer[65536] __attribute__((aligned(8)));
    ssize_t count;
    while ((count = read(notify, buffer, sizeof buffer)) > 0) {
        for (char *at = buffer; at < buffer + count;) {
            struct inotify_event *event = (struct inotify_event *) at;
            printf("seen mask %x of %s\n", event->mask, event->len ? event->name : "a folder");
            at += sizeof *event + event->len;
        }
    }
}

int main(int count, char **args)
{
    if (count != 6) {
        fprintf(stderr, "links DATA OUTSIDE TRASH SWAPS SEED\n");
        return 2;
    }
    const char *outside = args[2];
    char paths[5][PATH_MAX];
    const char *below_outside[] = { "", "/a", "/a/b", "/a/b/c", "/a/b/c/d" };
    int notify = inotify_init1(IN_NONBLOCK);
    for (int i = 0; i < 5; i++) {
        snprintf(paths[i], PATH_MAX, "%s%s", outside, below_outside[i]);
        watch(notify, paths[i]);
    }
    int data = open_folder(AT_FDCWD, args[1]);
    int a = open_folder(data, "a");
    int b = open_folder(a, "b");
    int c = open_folder(b, "c");
    trash = open_folder(AT_FDCWD, args[3]);
    seed = strtoull(args[5], NULL, 10);
    set(0, data, "a", 0, paths[1]);
    set(1, a, "b", 0, paths[2]);
    set(2, b, "c", 0, paths[3]);
    char object[PATH_MAX + 2];
    snprintf(object, sizeof object, "%s/t", paths[3]);
    set(3, c, "t", 1, object);
    snprintf(object, sizeof object, "%s/t", outside);
    set(4, data, "t", 1, object);
    long swaps = atol(args[4]);
    for (long i = 0; i < swaps; i++) {
        struct place *first = &places[below(PLACES)];
        struct place *second = below(4) == 0 ? &places[below(PLACES)] : first;
        swap(first);
        if (second != first) {
            pause_a_moment();
            swap(second);
        }
        pause_a_moment();
        restore(second);
        restore(first);
        pause_a_moment();
    }
    for (int i = 0; i < PLACES; i++) {
        printf("swapped %ld\n", places[i].swaps);
    }
    print_seen(notify);
    return 0;
}
