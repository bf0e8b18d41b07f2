/* wire: what passes between the pool and a worker.
 *
 * Each message is one packet of a SOCK_SEQPACKET pair. The worker begins with nothing; then
 *
 *     pool    hello   how large the areas and the limits are
 *     worker  reply   it is confined and ready, or what keeps it from that
 *     pool    job     the file lies in the input area
 *     worker  reply   the pixels lie in the output area, or what is wrong with the file
 *
 * and, where the job asks for frames of an animation, for each but the first of them
 *
 *     pool    next    it has taken the pixels
 *     worker  reply   those of the next frame, or what is wrong
 *
 * and the worker ends. The areas are one block of shared memory of fixed size: the input area,
 * which the worker maps read-only, and behind it the output area. The pool believes nothing that
 * comes from a worker: wire_reply_read checks all of it. */
#ifndef TAKT_MEDIA_WIRE_H
#define TAKT_MEDIA_WIRE_H

#include "media/media.h"

/* File descriptors that a worker begins with, besides 0 to 2, which are of no use. */
enum { WIRE_SOCKET_FD = 3, WIRE_AREAS_FD = 4 };

enum { WIRE_HELLO = 0x74774d31, WIRE_JOB = 0x74774d32, WIRE_REPLY = 0x74774d33 };
enum { WIRE_NEXT = 0x74774d34 };
enum { WIRE_VERSION = 2, WIRE_TEXT_MAX = 240, WIRE_FRAMES_MAX = 256 };

struct wire_hello {
    uint32_t magic, version;
    uint64_t in_bytes, out_bytes; /* of the areas; multiples of the page size */
    uint64_t heap_bytes;          /* that the worker may allocate */
    struct media_limits limits;   /* no zeros */
};

struct wire_job {
    uint32_t magic;
    uint32_t n_frames; /* of an animation; 0: the file is decoded as a picture */
    uint64_t file_bytes;
    uint32_t frame[WIRE_FRAMES_MAX]; /* their numbers, ascending */
};

struct wire_next {
    uint32_t magic;
};

struct wire_reply {
    uint32_t magic;
    uint32_t code; /* a takt_code; 0: ready, or done */
    uint32_t width, height;
    char text[WIRE_TEXT_MAX]; /* what is wrong */
};

/* wire_reply_write fills R: success with a size, or the failure E. */
void wire_reply_write(struct wire_reply *r, uint32_t width, uint32_t height, const takt_err *e);

/* wire_reply_read checks N bytes that a worker sent. Succeeds when they are a reply without failure
 * and with this very size. Otherwise: the failure that the worker tells, where it is of a code that
 * a picture can cause (FORMAT, UNSUPPORTED, LIMIT, MEMORY) or, with a size of 0 x 0, IO; the text
 * is cut to its field and what is not printable ASCII becomes '?'. INTERNAL: the bytes are no such
 * reply, which no worker that is in order sends. */
takt_rc wire_reply_read(const void *bytes, size_t n, uint32_t width, uint32_t height, takt_err *e);

#endif
