#include "text/tokenizer_parts.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/utf8.h"
#include "text/spm.h"

enum { FILE_MAX = 256 << 20 };

takt_rc tokenizer_alloc(struct tokenizer **out, uint32_t n, takt_err *e)
{
    *out = NULL;
    struct tokenizer *t = calloc(1, sizeof *t);
    if (!t)
        return err_set(e, TAKT_ERR_MEMORY, "tokenizer", "no memory");
    t->bos = t->eos = t->unk = -1;
    for (int i = 0; i < 256; i++) {
        t->symbol[i] = VOCAB_NONE;
        t->byte_id[i] = -1;
    }
    takt_rc rc = vocab_init(&t->v, n, e);
    if (rc.code) {
        free(t);
        return rc;
    }
    *out = t;
    return TAKT_OK;
}

void tokenizer_free(struct tokenizer *t)
{
    if (!t)
        return;
    vocab_free(&t->v);
    bpe_free(&t->merges);
    pretok_free(&t->pre);
    special_free(&t->raw);
    special_free(&t->normalized);
    free(t->whole);
    free(t);
}

/* U+2581 becomes a space. OUT has room for text.len bytes. False when TEXT holds a plain space: no
 * text can become it. */
static bool unescape_spaces(struct slice text, uint8_t *out, size_t *len)
{
    *len = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.p[i] == ' ')
            return false;
        if (text.len - i >= 3 && memcmp(text.p + i, "\xE2\x96\x81", 3) == 0) {
            out[(*len)++] = ' ';
            i += 2;
        } else {
            out[(*len)++] = text.p[i];
        }
    }
    return true;
}

/* The byte that "<0x0A>" names, or -1. */
static int byte_token(struct slice s)
{
    if (s.len != 6 || memcmp(s.p, "<0x", 3) != 0 || s.p[5] != '>')
        return -1;
    int v = 0;
    for (int i = 3; i < 5; i++) {
        uint8_t c = s.p[i] | 0x20;
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return -1;
        v = v * 16 + (c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return v;
}

/* Brings TEXT from the file's spelling to bytes in BUF. False: nothing is spelled so. */
static bool plain_text(const struct tokenizer *t, struct slice text, bool spaced, uint8_t *buf,
                       struct slice *out)
{
    size_t len = 0;
    if (!t->byte_level && !spaced) {
        *out = text;
        return true;
    }
    bool ok = t->byte_level ? bpe_decode_bytes(text, buf, &len) : unescape_spaces(text, buf, &len);
    *out = (struct slice){buf, len};
    return ok;
}

takt_rc tokenizer_add_token(struct tokenizer *t, struct slice text, unsigned attr, bool spaced,
                            float score, takt_err *e)
{
    if (text.len > TOKENIZER_PIECE_MAX)
        return err_set(e, TAKT_ERR_LIMIT, "vocabulary",
                       "token %u has %zu bytes; takt reads up to %d", t->v.n, text.len,
                       TOKENIZER_PIECE_MAX);
    if (attr & (TOKEN_CONTROL | TOKEN_USER_DEFINED | TOKEN_UNKNOWN))
        return vocab_add(&t->v, text, (uint8_t)attr, score, e);
    if (attr & TOKEN_BYTE) {
        int b = byte_token(text);
        uint8_t byte = (uint8_t)b;
        if (b < 0)
            return err_set(e, TAKT_ERR_FORMAT, "vocabulary",
                           "byte token %u is not spelled like <0x0A>", t->v.n);
        if (t->byte_id[b] < 0)
            t->byte_id[b] = (int32_t)t->v.n;
        return vocab_add(&t->v, (struct slice){&byte, 1}, (uint8_t)attr | VOCAB_ATTR_UNMAPPED,
                         score, e);
    }
    uint8_t small[256], *buf = text.len <= sizeof small ? small : malloc(text.len);
    if (!buf)
        return err_set(e, TAKT_ERR_MEMORY, "vocabulary", "no memory for token %u", t->v.n);
    struct slice plain;
    bool spelled = plain_text(t, text, spaced, buf, &plain);
    if (!spelled)
        plain = text;
    if (!spelled || plain.len == 0) /* literal and never merged */
        attr |= VOCAB_ATTR_UNMAPPED;
    takt_rc rc = vocab_add(&t->v, plain, (uint8_t)attr, score, e);
    if (buf != small)
        free(buf);
    return rc;
}

/* Finds or makes the symbols of a merge and of its result; the texts are in BUF, left before right.
 */
static takt_rc merge_symbols(struct tokenizer *t, const uint8_t *buf, size_t n_left, size_t n_both,
                             bool strict, uint32_t id[3], takt_err *e)
{
    const struct slice s[3] = {{buf, n_left}, {buf + n_left, n_both - n_left}, {buf, n_both}};
    for (int i = 0; i < 3; i++) {
        if (!strict) {
            TAKT_TRY(vocab_intern(&t->v, s[i], TOKENIZER_NO_MERGE, &id[i], e));
            continue;
        }
        id[i] = vocab_find(&t->v, s[i].p, s[i].len, TOKENIZER_NO_MERGE);
        if (id[i] == VOCAB_NONE)
            return err_set(e, TAKT_ERR_FORMAT, "merges",
                           "'%.*s' is in a merge but not in the vocabulary",
                           s[i].len > 80 ? 80 : (int)s[i].len, (const char *)s[i].p);
    }
    return TAKT_OK;
}

takt_rc tokenizer_add_merge(struct tokenizer *t, struct slice left, struct slice right, bool spaced,
                            uint32_t rank, bool strict, takt_err *e)
{
    uint8_t small[512], *buf = small;
    if (left.len > TOKENIZER_PIECE_MAX || right.len > TOKENIZER_PIECE_MAX)
        return err_set(e, TAKT_ERR_LIMIT, "merges", "merge %u is longer than %d bytes", rank,
                       TOKENIZER_PIECE_MAX);
    if (left.len + right.len > sizeof small && !(buf = malloc(left.len + right.len)))
        return err_set(e, TAKT_ERR_MEMORY, "merges", "no memory for merge %u", rank);
    struct slice l, r;
    takt_rc rc = TAKT_OK;
    bool ok = plain_text(t, left, spaced, buf, &l);
    if (l.len && l.p != buf)
        memcpy(buf, l.p, l.len);
    ok = ok && plain_text(t, right, spaced, buf + l.len, &r);
    if (ok && r.len && r.p != buf + l.len)
        memcpy(buf + l.len, r.p, r.len);
    uint32_t id[3];
    if (ok && l.len && r.len) { /* otherwise no text is ever spelled so */
        rc = merge_symbols(t, buf, l.len, l.len + r.len, strict, id, e);
        if (!rc.code)
            rc = bpe_add(&t->merges, id[0], id[1], rank, id[2], strict, e);
    }
    if (buf != small)
        free(buf);
    return rc;
}

takt_rc tokenizer_symbols(struct tokenizer *t, takt_err *e)
{
    for (int i = 0; i < 256; i++) {
        uint8_t b = (uint8_t)i;
        struct slice s = {&b, 1};
        if (t->byte_level)
            TAKT_TRY(vocab_intern(&t->v, s, TOKENIZER_NO_MERGE, &t->symbol[i], e));
        else if (i < 0x80)
            t->symbol[i] = vocab_find(&t->v, &b, 1, TOKENIZER_NO_MERGE);
    }
    return TAKT_OK;
}

void tokenizer_add_eog(struct tokenizer *t, int32_t id)
{
    if (id < 0 || (uint32_t)id >= t->v.n_tokens || tokenizer_is_eog(t, id) ||
        t->n_eog == TOKENIZER_EOG_MAX)
        return;
    t->eog[t->n_eog++] = id;
}

/* Names under which the known vocabularies keep tokens that end a turn or a text. */
static void find_eog_by_name(struct tokenizer *t)
{
    static const char *const names[] = {
        "<|eot_id|>", "<|eom_id|>",    "<|im_end|>",    "<|end|>",         "<|return|>",
        "<|call|>",   "<end_of_turn>", "<|endoftext|>", "<|end_of_text|>", "<end_of_utterance>"};
    /* Where <|return|> and <|call|> exist, <|end|> only ends a part of an answer. */
    bool parts = tokenizer_find(t, "<|return|>") >= 0 && tokenizer_find(t, "<|call|>") >= 0;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        uint32_t id = vocab_find(&t->v, (const uint8_t *)names[i], strlen(names[i]),
                                 0xFF & ~(TOKEN_CONTROL | TOKEN_USER_DEFINED));
        if (id != VOCAB_NONE && t->v.attr[id] != TOKEN_NORMAL &&
            !(parts && strcmp(names[i], "<|end|>") == 0))
            tokenizer_add_eog(t, (int32_t)id);
    }
}

takt_rc tokenizer_finish(struct tokenizer *t, takt_err *e)
{
    spm_cut_words(t);
    tokenizer_add_eog(t, t->eos);
    find_eog_by_name(t);
    t->whole = calloc(t->v.n_tokens ? t->v.n_tokens : 1, 1);
    if (!t->whole)
        return err_set(e, TAKT_ERR_MEMORY, "tokenizer", "no memory");
    struct bpe_scratch s = {0};
    for (uint32_t id = 0; id < t->v.n_tokens; id++) {
        struct slice text = vocab_text(&t->v, id);
        /* A byte that is no UTF-8 is printed as U+FFFD, three bytes. */
        size_t shown = utf8_valid(text.p, text.len) ? text.len : 3 * text.len;
        t->piece_max = shown > t->piece_max ? shown : t->piece_max;
        if (t->v.attr[id] & (TOKENIZER_NO_MERGE | VOCAB_ATTR_UNMAPPED))
            continue;
        t->whole[id] = t->ignore_merges || encode_word_is(t, &s, id);
    }
    bpe_scratch_free(&s);
    return TAKT_OK;
}

static takt_rc from_file(struct tokenizer **out, const char *path, takt_err *e)
{
    struct file_map map;
    *out = NULL;
    TAKT_TRY(file_map_open(&map, path, e));
    takt_rc rc;
    struct slice s = map.bytes;
    size_t i = 0;
    while (i < s.len && (s.p[i] == ' ' || s.p[i] == '\n' || s.p[i] == '\r' || s.p[i] == '\t'))
        i++;
    if (s.len > FILE_MAX)
        rc = err_set(e, TAKT_ERR_LIMIT, path, "has %zu bytes; takt reads tokenizers up to %d",
                     s.len, FILE_MAX);
    else if (i == s.len)
        rc = err_set(e, TAKT_ERR_FORMAT, path, "is empty");
    else if (s.p[i] == '{')
        rc = tokenizer_from_json(out, s, path, e);
    else if (s.p[0] == 0x0A) /* field 1, the first piece */
        rc = tokenizer_from_sentencepiece(out, s, path, e);
    else
        rc = tokenizer_from_tiktoken(out, s, path, e);
    file_unmap(&map);
    return rc;
}

takt_rc tokenizer_new_from_file(struct tokenizer **out, const char *path, takt_err *e)
{
    return from_file(out, path, e);
}

/* What the folder's other files say overrides what the tokenizer's file could only suggest. */
static void apply_model(struct tokenizer *t, const struct model *m)
{
    const struct model_special *sp = &m->special;
    bool flag;
    if (sp->bos >= 0 && (uint32_t)sp->bos < t->v.n_tokens)
        t->bos = sp->bos;
    if (sp->eos >= 0 && (uint32_t)sp->eos < t->v.n_tokens)
        t->eos = sp->eos;
    if (json_bool(json_get(m->hf_tokenizer_config, "add_bos_token"), &flag))
        t->add_bos = flag && t->bos >= 0;
    if (json_bool(json_get(m->hf_tokenizer_config, "add_eos_token"), &flag))
        t->add_eos = flag && t->eos >= 0;
    tokenizer_add_eog(t, t->eos);
    for (uint32_t i = 0; i < sp->n_eog && i < 16; i++)
        tokenizer_add_eog(t, sp->eog[i]);
}

takt_rc tokenizer_new(struct tokenizer **out, const struct model *m, takt_err *e)
{
    *out = NULL;
    if (m->source == MODEL_GGUF)
        return tokenizer_from_gguf(out, m, e);
    if (!m->tokenizer_path)
        return err_set(
            e, TAKT_ERR_UNSUPPORTED, m->path,
            "has no tokenizer.json or tokenizer.model; copy the model's tokenizer there");
    TAKT_TRY(from_file(out, m->tokenizer_path, e));
    apply_model(*out, m);
    return TAKT_OK;
}

uint32_t tokenizer_n_vocab(const struct tokenizer *t)
{
    return t->v.n_tokens;
}

size_t tokenizer_piece_max(const struct tokenizer *t)
{
    return t->piece_max;
}

struct slice tokenizer_token_text(const struct tokenizer *t, int32_t id)
{
    if (id < 0 || (uint32_t)id >= t->v.n_tokens)
        return (struct slice){NULL, 0};
    return vocab_text(&t->v, (uint32_t)id);
}

unsigned tokenizer_token_attr(const struct tokenizer *t, int32_t id)
{
    if (id < 0 || (uint32_t)id >= t->v.n_tokens)
        return TOKEN_UNUSED;
    return t->v.attr[id] & ~(unsigned)(VOCAB_ATTR_UNMAPPED | VOCAB_ATTR_VIRTUAL);
}

int32_t tokenizer_find(const struct tokenizer *t, const char *s)
{
    size_t len = strlen(s);
    uint32_t id = vocab_find(&t->v, (const uint8_t *)s, len, VOCAB_ATTR_VIRTUAL);
    if (id == VOCAB_NONE && len == 1)
        return t->byte_id[(uint8_t)s[0]];
    return id == VOCAB_NONE ? -1 : (int32_t)id;
}

int32_t tokenizer_bos(const struct tokenizer *t)
{
    return t->bos;
}

int32_t tokenizer_eos(const struct tokenizer *t)
{
    return t->eos;
}

bool tokenizer_adds_bos(const struct tokenizer *t)
{
    return t->add_bos;
}

bool tokenizer_adds_eos(const struct tokenizer *t)
{
    return t->add_eos;
}

const int32_t *tokenizer_eog(const struct tokenizer *t, uint32_t *n)
{
    *n = t->n_eog;
    return t->eog;
}

bool tokenizer_is_eog(const struct tokenizer *t, int32_t id)
{
    for (uint32_t i = 0; i < t->n_eog; i++)
        if (t->eog[i] == id)
            return true;
    return false;
}

const char *tokenizer_kind(const struct tokenizer *t)
{
    return t->kind;
}
