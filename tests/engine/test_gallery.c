/* The gallery: pictures are kept within its bytes. */
#include "engine/gallery.h"
#include "engine/vision.h"
#include "t.h"

/* Those used longest ago go, but for who is held. */
T_TEST(the_gallery_keeps_within_its_bytes)
{
    enum { N = 6 };
    struct gallery g = {0};
    takt_picture *p[N], *found;
    struct gallery_key key[N];
    takt_err e;
    for (uint32_t i = 0; i < N; i++) {
        memset(&key[i], 0, sizeof key[i]);
        key[i].digest[31] = (uint8_t)i;
        T_RC(picture_new(&p[i], key[i].digest, 4, 8, &e), &e);
    }
    gallery_limit(&g, UINT64_MAX);
    gallery_keep(&g, &key[0], p[0]);
    uint64_t one = g.stats.bytes;
    gallery_limit(&g, 3 * one);
    takt_picture_free(p[0]);
    for (uint32_t i = 1; i < N - 1; i++) {
        gallery_keep(&g, &key[i], p[i]);
        if (i != 2)
            takt_picture_free(p[i]);
        if (i == 2) { /* 0 is used again, 1 is the oldest now */
            found = gallery_find(&g, &key[0]);
            T_OK(found == p[0]);
            takt_picture_free(found);
        }
    }
    T_OK(gallery_find(&g, &key[1]) == NULL); /* the first that made room */
    T_OK(gallery_find(&g, &key[0]) == NULL); /* the second: p[2], which is older, is held */
    T_EQ_INT(g.stats.n, 3);
    T_EQ_INT(g.stats.bytes, 3 * one);
    T_EQ_INT(g.stats.n_dropped, 2);
    gallery_limit(&g, 0);
    T_EQ_INT(g.stats.n, 1);
    gallery_keep(&g, &key[5], p[5]); /* more than it may have */
    T_OK(gallery_find(&g, &key[5]) == NULL);
    found = gallery_find(&g, &key[2]);
    T_OK(found == p[2]);
    takt_picture_free(found);
    takt_picture_free(p[2]);
    gallery_trim(&g);
    T_EQ_INT(g.stats.n, 0);
    takt_picture_free(p[5]);
    gallery_release(&g);
}

T_MAIN("engine/gallery")
