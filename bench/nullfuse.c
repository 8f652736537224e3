/*
 * nullfuse: the yardstick of the benchmarks. A minimal FUSE server with one file, `disk`, that speaks the
 * kernel's protocol over /dev/fuse without a library.
 *
 * Without a store it answers every transfer at once: what it serves per second is what the kernel's FUSE
 * allows at best on this machine. With -b FILE it makes one pread or pwrite per request: the plain server
 * that never merges. With -m it holds the bytes in memory of large pages, one copy per transfer: what is
 * left of the ceiling for a server that really stores what it is given. It is not a file system: no names
 * but `disk`, no growth, no flush to a disk.
 *
 * Build: gcc -O2 -Wall -Wextra -pthread -o nullfuse nullfuse.c     (needs linux/fuse.h)
 * Use:   nullfuse [options] MOUNTPOINT, as root; prints "ready" once mounted; `umount` ends it.
 *   -b FILE   back the file with FILE
 *   -d        with -b: past the page cache (O_DIRECT); the threads wait for the store, so have some
 *   -m        hold the bytes in memory
 *   -s BYTES  size of the file, 1 GiB when there is no store
 *   -t N      threads, 1..64
 *   -c        a descriptor of its own for each thread, by FUSE_DEV_IOC_CLONE
 *   -w BYTES  largest WRITE, and READ, the kernel may send: 1 MiB
 *   -p        plain open: no FOPEN_DIRECT_IO, so that a large synchronous O_DIRECT call fans out
 *   -y        FUSE_ASYNC_DIO off: the kernel before 2013
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef FOPEN_PARALLEL_DIRECT_WRITES
#define FOPEN_PARALLEL_DIRECT_WRITES (1 << 6)
#endif

enum { PAGE = 4096, MAX_THREADS = 64, ROOT = 1, DISK = 2, FOREVER = 86400 };

static struct {
	const char *back, *mount_point;
	uint64_t size;
	unsigned max_write;
	int threads, clone, plain, sync, in_memory, direct;
	int back_fd;
} config = { .max_write = 1 << 20, .threads = 1, .back_fd = -1 };

/* What a READ is answered with when there is no store. */
static const char *zeros;

/* The file's bytes, with -m. */
static char *memory_store;

static void die(const char *what)
{
	fprintf(stderr, "nullfuse: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void *allocate(size_t size)
{
	void *memory = aligned_alloc(PAGE, (size + PAGE - 1) / PAGE * PAGE);

	if (!memory)
		die("memory");
	memset(memory, 0, size);
	return memory;
}

static void reply(int fd, uint64_t unique, int error, const void *data, size_t length)
{
	struct fuse_out_header out = { .len = sizeof out + length, .error = -error, .unique = unique };
	struct iovec iov[2] = { { &out, sizeof out }, { (void *)data, length } };

	/* ENOENT: the caller was interrupted and waits no more. */
	if (writev(fd, iov, length ? 2 : 1) < 0 && errno != ENOENT)
		perror("nullfuse: reply");
}

static void fill_attr(struct fuse_attr *attr, uint64_t node)
{
	memset(attr, 0, sizeof *attr);
	attr->ino = node;
	attr->nlink = node == ROOT ? 2 : 1;
	attr->mode = node == ROOT ? S_IFDIR | 0755 : S_IFREG | 0644;
	attr->size = node == ROOT ? 0 : config.size;
	attr->blocks = attr->size / 512;
	attr->blksize = PAGE;
}

static void reply_init(int fd, uint64_t unique, const struct fuse_init_in *in)
{
	struct fuse_init_out out = {
		.major = 7, .minor = 31, .max_readahead = in->max_readahead,
		.flags = FUSE_ASYNC_READ | FUSE_BIG_WRITES | FUSE_MAX_PAGES | (config.sync ? 0 : FUSE_ASYNC_DIO),
		.max_background = 256, .congestion_threshold = 192, .max_write = config.max_write,
		.time_gran = 1, .max_pages = config.max_write / PAGE,
	};

	reply(fd, unique, 0, &out, sizeof out);
}

static void reply_lookup(int fd, uint64_t unique, const char *name)
{
	struct fuse_entry_out out = { .nodeid = DISK, .attr_valid = FOREVER, .entry_valid = FOREVER };

	if (strcmp(name, "disk")) {
		reply(fd, unique, ENOENT, NULL, 0);
		return;
	}
	fill_attr(&out.attr, DISK);
	reply(fd, unique, 0, &out, sizeof out);
}

static void reply_attr(int fd, uint64_t unique, uint64_t node)
{
	struct fuse_attr_out out = { .attr_valid = FOREVER };

	fill_attr(&out.attr, node);
	reply(fd, unique, 0, &out, sizeof out);
}

static void reply_open(int fd, uint64_t unique, int is_file)
{
	struct fuse_open_out out = { 0 };

	if (is_file && !config.plain)
		out.open_flags = FOPEN_DIRECT_IO | FOPEN_PARALLEL_DIRECT_WRITES;
	reply(fd, unique, 0, &out, sizeof out);
}

static void reply_read(int fd, uint64_t unique, const struct fuse_read_in *in, char *buffer)
{
	ssize_t length = in->size;

	if (in->size > config.max_write) {
		reply(fd, unique, EINVAL, NULL, 0);
		return;
	}
	if (config.back_fd >= 0)
		length = pread(config.back_fd, buffer, in->size, in->offset);
	else if (in->offset >= config.size)
		length = 0;
	else if (in->size > config.size - in->offset)
		length = config.size - in->offset;
	if (length < 0)
		reply(fd, unique, errno, NULL, 0);
	else
		reply(fd, unique, 0, config.back_fd >= 0 ? buffer : memory_store ? memory_store + in->offset : zeros,
			length);
}

static void reply_write(int fd, uint64_t unique, const struct fuse_write_in *in)
{
	struct fuse_write_out out = { .size = in->size };
	ssize_t length = in->size;

	if (in->offset > config.size || in->size > config.size - in->offset) {
		reply(fd, unique, ENOSPC, NULL, 0);
		return;
	}
	if (config.back_fd >= 0)
		length = pwrite(config.back_fd, in + 1, in->size, in->offset);
	else if (memory_store)
		memcpy(memory_store + in->offset, in + 1, in->size);
	if (length != (ssize_t)in->size)
		reply(fd, unique, length < 0 ? errno : EIO, NULL, 0);
	else
		reply(fd, unique, 0, &out, sizeof out);
}

static void serve(int fd, const struct fuse_in_header *in, const void *body, char *buffer)
{
	static const struct fuse_statfs_out statfs = { .st = { .bsize = PAGE, .frsize = PAGE, .namelen = 255 } };

	switch (in->opcode) {
	case FUSE_READ: reply_read(fd, in->unique, body, buffer); break;
	case FUSE_WRITE: reply_write(fd, in->unique, body); break;
	case FUSE_INIT: reply_init(fd, in->unique, body); break;
	case FUSE_LOOKUP: reply_lookup(fd, in->unique, body); break;
	case FUSE_GETATTR:
	case FUSE_SETATTR: reply_attr(fd, in->unique, in->nodeid); break;
	case FUSE_OPEN: reply_open(fd, in->unique, 1); break;
	case FUSE_OPENDIR: reply_open(fd, in->unique, 0); break;
	case FUSE_STATFS: reply(fd, in->unique, 0, &statfs, sizeof statfs); break;
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
	case FUSE_INTERRUPT: break; /* these want no answer */
	case FUSE_FLUSH:
	case FUSE_FSYNC:
	case FUSE_READDIR:
	case FUSE_RELEASE:
	case FUSE_RELEASEDIR:
	case FUSE_DESTROY: reply(fd, in->unique, 0, NULL, 0); break;
	default: reply(fd, in->unique, ENOSYS, NULL, 0);
	}
}

/* Receives and serves one request; 0 when the mount is gone. */
static int serve_one(int fd, char *request, char *buffer)
{
	ssize_t n = read(fd, request, config.max_write + PAGE);

	if (n < 0)
		return errno == EINTR || errno == ENOENT || errno == EAGAIN;
	serve(fd, (void *)request, request + sizeof(struct fuse_in_header), buffer);
	return 1;
}

static void *serve_all(void *arg)
{
	int fd = (int)(intptr_t)arg;
	char *pages = allocate(config.max_write + 2 * PAGE), *buffer = allocate(config.max_write);
	/* What is written lies behind the headers; for O_DIRECT it has to begin a page. */
	char *request = pages + PAGE - sizeof(struct fuse_in_header) - sizeof(struct fuse_write_in);

	while (serve_one(fd, request, buffer))
		;
	return NULL;
}

static int clone_channel(int fd)
{
	uint32_t first = fd;
	int own = open("/dev/fuse", O_RDWR | O_CLOEXEC);

	if (own < 0 || ioctl(own, FUSE_DEV_IOC_CLONE, &first))
		die("clone of /dev/fuse");
	return own;
}

static void open_store(void)
{
	struct stat status;

	config.back_fd = open(config.back, O_RDWR | O_CLOEXEC | (config.direct ? O_DIRECT : 0));
	if (config.back_fd < 0 || fstat(config.back_fd, &status))
		die(config.back);
	/* A device has no size that fstat tells. */
	if (S_ISREG(status.st_mode) && (!config.size || config.size > (uint64_t)status.st_size))
		config.size = status.st_size;
}

static void reserve_memory_store(void)
{
	memory_store = mmap(NULL, config.size, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory_store == MAP_FAILED)
		die("memory for the file");
	madvise(memory_store, config.size, MADV_HUGEPAGE);
}

static int mount_channel(void)
{
	char options[128];
	int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		die("/dev/fuse");
	snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other", fd);
	if (mount("nullfuse", config.mount_point, "fuse.nullfuse", MS_NOSUID | MS_NODEV, options))
		die(config.mount_point);
	return fd;
}

static int read_arguments(int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "b:s:t:w:cdmpy")) != -1) {
		switch (option) {
		case 'b': config.back = optarg; break;
		case 's': config.size = strtoull(optarg, NULL, 0); break;
		case 't': config.threads = atoi(optarg); break;
		case 'w': config.max_write = strtoul(optarg, NULL, 0); break;
		case 'c': config.clone = 1; break;
		case 'd': config.direct = 1; break;
		case 'm': config.in_memory = 1; break;
		case 'p': config.plain = 1; break;
		case 'y': config.sync = 1; break;
		default: return 0;
		}
	}
	config.mount_point = argv[optind];
	return argc == optind + 1 && config.threads >= 1 && config.threads <= MAX_THREADS
		&& config.max_write >= PAGE && config.max_write <= 16 << 20 && config.max_write % PAGE == 0;
}

int main(int argc, char **argv)
{
	pthread_t threads[MAX_THREADS];
	int fd;

	if (!read_arguments(argc, argv)) {
		fprintf(stderr, "usage: nullfuse [-b FILE [-d]] [-s BYTES] [-t THREADS] [-w MAXWRITE]"
			" [-c] [-m] [-p] [-y] MOUNTPOINT\n");
		return 2;
	}
	if (config.back)
		open_store();
	else if (!config.size)
		config.size = 1ULL << 30;
	if (config.in_memory)
		reserve_memory_store();
	zeros = allocate(config.max_write);
	fd = mount_channel();

	/* INIT is answered alone: a channel can be cloned, and shared, only afterwards. */
	char *request = allocate(config.max_write + PAGE);
	if (!serve_one(fd, request, request))
		die("INIT");
	free(request);
	for (int i = 0; i < config.threads; i++) {
		int own = i && config.clone ? clone_channel(fd) : fd;
		if (pthread_create(&threads[i], NULL, serve_all, (void *)(intptr_t)own))
			die("thread");
	}
	puts("ready");
	fflush(stdout);
	for (int i = 0; i < config.threads; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
