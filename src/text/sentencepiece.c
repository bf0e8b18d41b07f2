#include "text/sentencepiece.h"

#include <stdio.h>

#include "text/spm.h"
#include "text/tokenizer_parts.h"

/* One field of a protobuf message: its number and value. */
struct field {
    uint32_t number, wire;
    uint64_t value;     /* wire types 0, 1 and 5 */
    struct slice bytes; /* wire type 2 */
};

static uint64_t varint(struct cursor *c)
{
    uint64_t v = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t b = cursor_u8(c);
        v |= (uint64_t)(b & 0x7F) << shift;
        if (!(b & 0x80))
            return v;
    }
    c->failed = true;
    return 0;
}

/* Reads the next field; false at the end or when the message is broken (c->failed). */
static bool next_field(struct cursor *c, struct field *f)
{
    if (cursor_left(c) == 0)
        return false;
    uint64_t key = varint(c);
    *f = (struct field){.number = (uint32_t)(key >> 3), .wire = key & 7};
    switch (f->wire) {
    case 0: f->value = varint(c); break;
    case 1: f->value = cursor_u64(c); break;
    case 2: f->bytes = cursor_take(c, varint(c)); break;
    case 5: f->value = cursor_u32(c); break;
    default: c->failed = true;
    }
    if (key >> 3 == 0 || key >> 3 > 0x1FFFFFFF)
        c->failed = true;
    return !c->failed;
}

static bool read_piece(struct slice msg, struct sp_piece *p)
{
    struct cursor c = cursor_over(msg);
    struct field f;
    *p = (struct sp_piece){.type = SP_NORMAL};
    while (next_field(&c, &f)) {
        if (f.number == 1 && f.wire == 2) {
            p->text = f.bytes;
        } else if (f.number == 2 && f.wire == 5) {
            uint32_t bits = (uint32_t)f.value;
            memcpy(&p->score, &bits, 4);
        } else if (f.number == 3 && f.wire == 0) {
            p->type = f.value <= SP_BYTE ? (int)f.value : SP_UNUSED;
        }
    }
    return !c.failed;
}

static bool read_trainer(struct slice msg, struct sp_model *m)
{
    struct cursor c = cursor_over(msg);
    struct field f;
    while (next_field(&c, &f)) {
        int32_t v =
            f.value <= INT32_MAX ? (int32_t)f.value : -1; /* negative ids are long varints */
        if (f.wire != 0)
            continue;
        switch (f.number) {
        case 3: m->model_type = v; break;
        case 24: m->suffix = v != 0; break;
        case 40: m->unk = v; break;
        case 41: m->bos = v; break;
        case 42: m->eos = v; break;
        }
    }
    return !c.failed;
}

static bool read_normalizer(struct slice msg, struct sp_model *m)
{
    struct cursor c = cursor_over(msg);
    struct field f;
    while (next_field(&c, &f)) {
        switch (f.number) {
        case 2: m->has_charsmap = f.bytes.len > 0; break;
        case 3: m->dummy_prefix = f.value != 0; break;
        case 4: m->remove_extra_whitespaces = f.value != 0; break;
        case 5: m->escape_whitespaces = f.value != 0; break;
        }
    }
    return !c.failed;
}

takt_rc sp_read(struct sp_model *m, struct slice file, const char *where, takt_err *e)
{
    struct cursor c = cursor_over(file);
    struct field f;
    *m = (struct sp_model){.model_type = SP_UNIGRAM,
                           .bos = 1,
                           .eos = 2,
                           .dummy_prefix = true,
                           .remove_extra_whitespaces = true,
                           .escape_whitespaces = true};
    size_t at = 0;
    bool ok = true;
    while (ok && next_field(&c, &f)) {
        struct sp_piece p;
        if (f.number == 1)
            ok = f.wire == 2 && read_piece(f.bytes, &p);
        else if (f.number == 2)
            ok = f.wire == 2 && read_trainer(f.bytes, m);
        else if (f.number == 3)
            ok = f.wire == 2 && read_normalizer(f.bytes, m);
        m->n_pieces += f.number == 1;
        at = ok ? c.at : at;
    }
    if (!ok || c.failed)
        return err_set(e, TAKT_ERR_FORMAT, where,
                       "is no SentencePiece model: broken field at offset %zu", at);
    if (m->n_pieces == 0)
        return err_set(e, TAKT_ERR_FORMAT, where, "is a SentencePiece model without pieces");
    return TAKT_OK;
}

bool sp_next_piece(struct slice file, size_t *at, struct sp_piece *out)
{
    struct cursor c = cursor_over(file);
    struct field f;
    c.at = *at;
    while (next_field(&c, &f)) {
        if (f.number != 1)
            continue;
        *at = c.at;
        return read_piece(f.bytes, out);
    }
    return false;
}

static takt_rc check(const struct sp_model *m, const char *where, takt_err *e)
{
    static const char *const types[] = {"(none)", "Unigram", "BPE", "Word", "Char"};
    const char *what = NULL;
    if (m->model_type != SP_BPE)
        return err_set(e, TAKT_ERR_UNSUPPORTED, where,
                       "the SentencePiece model is of type %s; takt reads BPE",
                       types[m->model_type > 0 && m->model_type <= SP_CHAR ? m->model_type : 0]);
    if (m->has_charsmap)
        what = "precompiled_charsmap";
    else if (m->remove_extra_whitespaces)
        what = "remove_extra_whitespaces";
    else if (!m->escape_whitespaces)
        what = "escape_whitespaces = false";
    else if (m->suffix)
        what = "treat_whitespace_as_suffix";
    if (what)
        return err_set(e, TAKT_ERR_UNSUPPORTED, where,
                       "takt does not know SentencePiece models with %s", what);
    if (m->n_pieces > VOCAB_TOKENS_MAX)
        return err_set(e, TAKT_ERR_LIMIT, where, "has more than %d pieces", VOCAB_TOKENS_MAX);
    return TAKT_OK;
}

static takt_rc add_pieces(struct tokenizer *t, struct slice file, takt_err *e)
{
    static const unsigned attrs[] = {TOKEN_NORMAL,       TOKEN_NORMAL, TOKEN_UNKNOWN, TOKEN_CONTROL,
                                     TOKEN_USER_DEFINED, TOKEN_UNUSED, TOKEN_BYTE};
    struct sp_piece p;
    size_t at = 0;
    for (uint32_t id = 0; sp_next_piece(file, &at, &p); id++) {
        unsigned attr = attrs[p.type];
        TAKT_TRY(tokenizer_add_token(t, p.text, attr, true, p.score, e));
        if (attr & (TOKEN_CONTROL | TOKEN_UNKNOWN))
            TAKT_TRY(special_add(&t->raw, p.text, id, SPECIAL_CONTROL, e));
        else if (attr &
                 TOKEN_USER_DEFINED) /* found behind the dummy prefix, which it does not renew */
            TAKT_TRY(special_add(&t->normalized, p.text, id, 0, e));
    }
    vocab_seal(&t->v);
    return TAKT_OK;
}

static takt_rc build(struct tokenizer *t, const struct sp_model *m, struct slice file, takt_err *e)
{
    TAKT_TRY(add_pieces(t, file, e));
    TAKT_TRY(tokenizer_symbols(t, e));
    t->unk = m->unk < (int32_t)m->n_pieces ? m->unk : -1;
    t->bos = m->bos < (int32_t)m->n_pieces ? m->bos : -1;
    t->eos = m->eos < (int32_t)m->n_pieces ? m->eos : -1;
    t->add_bos = t->bos >= 0; /* what models trained with these files expect */
    t->fuse_unk = true;
    t->prefix = m->dummy_prefix ? PREFIX_ALWAYS : PREFIX_NEVER;
    t->strips_prefix = m->dummy_prefix;
    TAKT_TRY(
        normalizer_add(&t->norm, NORMALIZE_REPLACE, slice_str("\xE2\x96\x81"), slice_str(" "), e));
    TAKT_TRY(bpe_init(&t->merges, 2 * t->v.n_tokens, e));
    TAKT_TRY(spm_add_merges(t, e));
    snprintf(t->kind, sizeof t->kind, "SentencePiece BPE");
    return tokenizer_finish(t, e);
}

takt_rc tokenizer_from_sentencepiece(struct tokenizer **out, struct slice file, const char *where,
                                     takt_err *e)
{
    struct sp_model m;
    *out = NULL;
    TAKT_TRY(sp_read(&m, file, where, e));
    TAKT_TRY(check(&m, where, e));
    TAKT_TRY(tokenizer_alloc(out, m.n_pieces, e));
    takt_rc rc = build(*out, &m, file, e);
    if (rc.code) {
        tokenizer_free(*out);
        *out = NULL;
    }
    return rc;
}
