/* blank: is what stands for a picture before it is encoded like the picture? */
#ifndef TAKT_TESTS_ENGINE_BLANK_H
#define TAKT_TESTS_ENGINE_BLANK_H

#include "engine/encoding.h"
#include "t.h"

/* check_blank compares blanks of WIDTH x HEIGHT pixels RGB with PICTURE, which V made of them. */
static void check_blank(const takt_vision *v, const uint8_t *rgb, uint32_t width, uint32_t height,
                        bool is_low, const takt_picture *picture)
{
    const struct image in = {width, height, (uint8_t *)(uintptr_t)rgb};
    struct view view;
    takt_err e;
    if (!T_RC(view_make(&view, v, &in, is_low, &e), &e))
        return;
    for (int named = 0; named < 2; named++) {
        const struct tiles t = view_layout(v, width, height, is_low);
        takt_picture *p;
        if (!T_RC(encoding_blank(&p, v, &t, named ? view.digest : NULL, &e), &e))
            break;
        T_EQ_INT(p->n_positions, picture->n_positions);
        T_EQ_INT(p->n_embd, picture->n_embd);
        T_EQ_INT(p->first, picture->first);
        T_EQ_INT(p->across, picture->across);
        T_EQ_INT(p->down, picture->down);
        T_EQ_MEM(&p->cross, &picture->cross, sizeof p->cross);
        T_OK(!p->rows && (named || p->ids[0] == INT32_MIN));
        if (named)
            T_EQ_MEM(p->ids, picture->ids, p->n_positions * sizeof *p->ids);
        takt_picture_free(p);
    }
    view_free(&view);
}

#endif
