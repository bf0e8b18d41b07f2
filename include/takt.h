/* takt: a software LPU. The public C library, one header.
 *
 * Six kinds of object, and who may use them:
 *
 *   takt_model    a model file: metadata, tokenizer, chat template. Immutable; any thread.
 *   takt_plan     the model compiled for this machine: memory map, instructions, predicted times.
 *                 Immutable; any thread.
 *   takt_engine   the plan with its weights in memory and its lanes running. One thread at a time.
 *   takt_seq      one timeline of tokens with its KV pages. Belongs to an engine and its thread.
 *
 *   takt_vision   a picture encoder with its weights in memory. One thread at a time.
 *   takt_picture  an encoded picture. Immutable; any thread.
 *
 * A model outlives its plans, a plan its engines, an engine its sequences. Every free function
 * accepts NULL. Nothing here calls exit or abort on input. Sizes are bytes unless the name says
 * otherwise; times are in nanoseconds (_ns) or seconds (_s). */
#ifndef TAKT_H
#define TAKT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- errors ---------------------------------------------------------------------------------- */

typedef enum takt_code {
    TAKT_ERR_NONE = 0,
    TAKT_ERR_IO,          /* the system refused: file, memory map, disk; `sys` holds errno */
    TAKT_ERR_FORMAT,      /* the input is broken; `where` names file and place */
    TAKT_ERR_LIMIT,       /* the input is larger than a stated limit */
    TAKT_ERR_UNSUPPORTED, /* well-formed, but not something takt does; the message lists what it
                             does */
    TAKT_ERR_MEMORY,      /* not enough memory */
    TAKT_ERR_USAGE,       /* wrong arguments */
    TAKT_ERR_CANCELLED,   /* a callback or a signal asked to stop */
    TAKT_ERR_INTERNAL,    /* a check of our own failed; please report it */
} takt_code;

/* The result of every call that can fail. A struct, so that it cannot be mixed up with an int. */
typedef struct takt_rc {
    int32_t code; /* a takt_code; 0 is success */
} takt_rc;

/* Caller-owned description of a failure; no allocation. */
typedef struct takt_err {
    takt_code code;
    int sys;         /* errno, or 0 */
    char where[192]; /* "llama.gguf: tensor 'blk.3.attn_q.weight', offset 0x1f40" */
    char what[320];  /* "has 5 dimensions; takt reads up to 4." */
} takt_err;

/* takt_err_format writes "where: what" into BUF (always NUL-terminated, cut if too long) and
 * returns BUF. */
char *takt_err_format(const takt_err *e, char *buf, size_t buf_bytes);

/* takt_version is "0.1.0". */
const char *takt_version(void);

/* takt_free releases text that a takt function allocated. */
void takt_free(void *p);

/* Called while something long runs. WHAT is "calibrate", "pack", "load" or "prefill"; DONE of TOTAL
 * in the unit that suits it (bytes, tokens, steps). Returning false cancels: the running call fails
 * with TAKT_ERR_CANCELLED and leaves everything usable. */
typedef bool takt_progress_fn(void *user, const char *what, uint64_t done, uint64_t total);

/* ---- model ----------------------------------------------------------------------------------- */

typedef struct takt_model takt_model;

typedef struct takt_model_info {
    const char *name;         /* owned by the model, as all strings here */
    const char *architecture; /* "llama", "granite", ... */
    const char *format;       /* "GGUF" or "Hugging Face" */
    const char *tokenizer;    /* "BPE, pre-tokenizer llama-bpe"; NULL when the file has none */
    uint32_t n_layers, n_embd, n_vocab, n_ctx_train, n_experts, n_experts_used;
    uint64_t n_params, weight_bytes;
    bool has_chat_template;
    int32_t bos, eos; /* -1: none */
    /* What the file says of sampling; NAN, and -1 for top_k: nothing. */
    float temperature, top_p, min_p, repeat_penalty;
    int32_t top_k;
} takt_model_info;

/* takt_model_open reads the headers of a .gguf file (any part of a split set) or of a Hugging Face
 * folder, and builds the tokenizer. No weight is read. */
takt_rc takt_model_open(takt_model **out, const char *path, takt_err *e);
void takt_model_free(takt_model *m);
void takt_model_describe(const takt_model *m, takt_model_info *info);

/* ---- pictures in texts ----------------------------------------------------------------------- */

typedef struct takt_picture takt_picture;

/* A picture in a prompt or sequence: its positions begin at FIRST. */
typedef struct takt_span {
    uint32_t first;
    const takt_picture *picture;
} takt_span;

/* ---- text ------------------------------------------------------------------------------------ */

enum {
    TAKT_TEXT_BOS = 1,     /* put BOS first when the model wants one */
    TAKT_TEXT_SPECIAL = 2, /* tokenize: recognise control tokens; detokenize: print them */
};

/* takt_tokenize writes at most CAP ids and sets *n to the number that TEXT has: when *n > CAP call
 * again with more room. TEXT may hold any bytes. */
takt_rc takt_tokenize(const takt_model *m, const char *text, size_t len, unsigned flags,
                      int32_t *ids, size_t cap, size_t *n, takt_err *e);

/* takt_detokenize returns the text of N ids (NUL-terminated; takt_free it). */
takt_rc takt_detokenize(const takt_model *m, const int32_t *ids, size_t n, unsigned flags,
                        char **text, size_t *len, takt_err *e);

/* A conversation as JSON, in the form of OpenAI's chat completions. Zeros: not there. The texts are
 * the caller's and are read during the call only. */
typedef struct takt_chat_input {
    const char *messages; /* a list of messages, or an object with the list "messages" and perhaps
                             the list "tools" (other members are not read) */
    size_t messages_len;
    const char *tools; /* a list of functions, where MESSAGES has none */
    size_t tools_len;
    const char *system; /* a system message before all of MESSAGES, which then must begin with none;
                           UTF-8, as is USER */
    const char *user;   /* a user's message after all of MESSAGES */
    takt_span *pictures; /* [n_pictures] those of MESSAGES' parts in order, then those that come
                            before USER's text; takt_chat_prompt sets where they lie in the ids */
    size_t n_pictures;
    const uint32_t *clips; /* [n_pictures] of which clip each is a frame: neighbours with the same
                              number above 0 are one clip, which one part stands for; 0, and NULL
                              for all: a picture by itself. MESSAGES' parts take each kind in order
                              by itself. */
    const char *messages_name, *tools_name; /* of the texts in errors, as "talk.json"; NULL:
                                               "messages", "tools" */
} takt_chat_input;

/* takt_chat_prompt puts a conversation through the model's chat template, opens the assistant's
 * turn and gives the ids of the result, BOS included (takt_free them): what to feed the model with.
 * The template gets the variables messages, tools (undefined when there are none), bos_token,
 * eos_token and add_generation_prompt (true), as from transformers' apply_chat_template.
 *
 * A message has a "role" (system, user, assistant, tool) and a "content": a text, or a list of
 * {"type": "text", "text": ...}, of pictures, {"type": "image_url"} or "image" or "input_image",
 * and of clips, {"type": "video_url"} or "video" or "input_video", whose other members are not
 * read; the frames of a clip stand there one after the other, as pictures. A template that knows
 * pictures gets {"type": "image"}, and its own placeholder ("<image>") is where they stand; any
 * other one gets a text in their place. A template that knows no lists gets them as one text, a
 * line for each part. An assistant's message may have "tool_calls" instead: a list of {"type":
 * "function", "function": {"name": ..., "arguments": ...}}, the arguments an object or the JSON
 * text of one: the template gets the object, and the text where it fails with that. Other members
 * of a message reach the template as they are. A tool is {"type": "function", "function": {"name":
 * ..., "description": ..., "parameters": {...}}}; an empty list is no tools.
 *
 * The name of a control token in a message or tool stays text, so that nobody can end a turn, or
 * begin one, by writing so.
 *
 * *ids is NULL after an error. TAKT_ERR_FORMAT: no JSON (with the byte), a name twice in an object,
 * a message or tool of another shape ("talk.json: messages[2]"), no message at all, or what the
 * template cannot take. TAKT_ERR_UNSUPPORTED: the model has no chat template, or one without tools
 * or tool calls though there are some. TAKT_ERR_USAGE: tools are given twice, or the template
 * refuses the conversation in its own words. TAKT_ERR_LIMIT, TAKT_ERR_MEMORY: it is too large, or
 * holds nearly all of the noncharacters U+FDD0 to U+FDEF. */
takt_rc takt_chat_prompt(const takt_model *m, const takt_chat_input *in, int32_t **ids, size_t *n,
                         takt_err *e);

/* takt_chat_render gives the text that takt_chat_prompt encodes, for people to look at (takt_free
 * it): in it nothing tells a control token from its name in a message. */
takt_rc takt_chat_render(const takt_model *m, const takt_chat_input *in, char **text, size_t *len,
                         takt_err *e);

/* ---- plan ------------------------------------------------------------------------------------ */

typedef struct takt_plan takt_plan;

typedef struct takt_plan_options { /* zeros are the defaults */
    uint32_t n_ctx; /* positions per sequence; 0: 4096, or what the model was trained for if that is
                       less */
    uint32_t threads;     /* lanes; 0: the cores that this process may use */
    uint32_t chunk;       /* tokens of a prefill step; 0: 512 */
    uint32_t logits_rows; /* logits rows per step; 0: 1 */
    const char *isa; /* kernel level: "ref", "avx2", "avxvnni", "avx512", "amx", "neon", "i8mm";
                        NULL: the best that works here */
    const char *kv;  /* "f32", "bf16", "q8"; NULL: f32 for F32 models, else bf16 */
    takt_progress_fn *progress; /* "calibrate", once per machine and kind of weights */
    void *user;
    bool calibrate; /* measure this machine anew, whatever the cache folder knows of it */
} takt_plan_options;

typedef struct takt_prediction {
    double prefill_s; /* for the prompt asked for */
    double decode_s;  /* one step after it */
    double prefill_tokens_per_s, decode_tokens_per_s;
    double decode_roof_s; /* what bytes / bandwidth allows */
    uint64_t weight_bytes, kv_bytes_per_token, activation_bytes;
} takt_prediction;

/* takt_plan_new compiles the model for this machine and verifies the plan. Reads no weight. The
 * first plan on a machine measures its speeds (a few seconds) and keeps them in the cache folder.
 */
takt_rc takt_plan_new(takt_plan **out, const takt_model *m, const takt_plan_options *opt,
                      takt_err *e);
void takt_plan_free(takt_plan *p);
/* takt_plan_predict: a prompt of N_PROMPT tokens after PAST ones, then one token for BATCH
 * sequences of that length. */
void takt_plan_predict(const takt_plan *p, uint32_t past, uint32_t n_prompt, uint32_t batch,
                       takt_prediction *out);

/* ---- pictures -------------------------------------------------------------------------------- */

typedef struct takt_vision takt_vision;

typedef struct takt_vision_options { /* zeros are the defaults */
    uint32_t threads;                /* lanes; 0: the cores that this process may use */
    const char *isa;                 /* as in takt_plan_options */
    bool no_cache;                   /* neither read nor write packed weights in the cache folder */
    uint64_t max_pixels;  /* of pictures that keep their proportions (Qwen2-VL): larger ones are
                                   made smaller; 0: 1003520, which are 1280 positions */
    uint64_t cache_bytes; /* of encoded pictures that it keeps, for who shows one again; 0:
                                   256 MiB, 1: none */
    takt_progress_fn *progress; /* "calibrate", "pack" or "load" */
    void *user;
} takt_vision_options;

typedef struct takt_vision_info {
    uint32_t side;        /* pixels of a picture's width and height, as the encoder takes it; of the
                             largest square where pictures keep their proportions */
    uint32_t n_positions; /* that a picture without tiles, or one tile, takes in a sequence */
    uint32_t n_embd;
    uint64_t weight_bytes;
    double encode_s;  /* predicted, for one of these */
    bool takes_pairs; /* the frames of a clip go through it by twos: see takt_pair_encode */
} takt_vision_info;

/* takt_vision_new brings a picture encoder and its projector into memory, of an mmproj file (GGUF)
 * or of the Hugging Face folder that M is in, and starts its lanes, which sleep while nothing is
 * encoded. M must outlive it. Errors as those of takt_plan_new and takt_engine_new;
 * TAKT_ERR_UNSUPPORTED, TAKT_ERR_USAGE: there is no encoder that takt knows, or what says how
 * pictures are prepared is missing; TAKT_ERR_USAGE when it belongs to another model. */
takt_rc takt_vision_new(takt_vision **out, const takt_model *m, const char *path,
                        const takt_vision_options *opt, takt_err *e);
void takt_vision_free(takt_vision *v);
void takt_vision_describe(const takt_vision *v, takt_vision_info *info);
/* takt_vision_positions: how many positions a picture of WIDTH x HEIGHT pixels takes in a sequence,
 * the text around its rows (Idefics3) included; 0: no memory to count them. */
uint32_t takt_vision_positions(const takt_vision *v, uint32_t width, uint32_t height);

typedef struct takt_step_info {
    int64_t measured_ns;
    double predicted_ns;
} takt_step_info;

/* takt_picture_encode encodes a picture of any size, RGB [height][width][3]: in the middle of a
 * square of the encoder's mean colour, resized to info.side x info.side pixels (bicubic, as Pillow
 * does it); of encoders that know tiles (LLaVA-NeXT, Idefics3) or keep a picture's proportions
 * (Qwen2-VL) as their processors do. INFO
 * (may be NULL) gets the predicted and measured time of all steps: none for a picture that V has
 * kept. The picture stays valid after V.
 * Errors: TAKT_ERR_USAGE (a side of 0), TAKT_ERR_LIMIT (more than 2^20), TAKT_ERR_MEMORY.
 */
takt_rc takt_picture_encode(takt_picture **out, takt_vision *v, const uint8_t *rgb, uint32_t width,
                            uint32_t height, takt_step_info *info, takt_err *e);
void takt_picture_free(takt_picture *p);

typedef struct takt_frame {
    const uint8_t *rgb; /* [height][width][3] */
    uint32_t width, height;
} takt_frame;

/* takt_pair_encode encodes two frames of a clip that follow each other, for models that were made
 * to take them so (Qwen2-VL, Qwen2.5-VL); of an odd number the last one is given twice. WIDTH x
 * HEIGHT is the size of the clip's first frame, from which that of all rows follows. It cannot be
 * shown by itself. INFO and errors as of takt_picture_encode; TAKT_ERR_UNSUPPORTED where
 * takt_vision_info has no takes_pairs.
 *
 * takt_clip_join makes N such pairs, in order, the picture of a whole clip, with the marks around
 * it, that is to be shown. SECONDS is the clip's length, of which N_FRAMES, in the pairs, stand at
 * equal distances; 0: not known, they are taken for half a second apart. It holds the pairs, which
 * stay the caller's to free. Errors: TAKT_ERR_USAGE (no pairs, or of unequal sizes; SECONDS is no
 * length), TAKT_ERR_LIMIT (too many positions, or places in time), TAKT_ERR_MEMORY. */
takt_rc takt_pair_encode(takt_picture **out, takt_vision *v, const takt_frame frame[2],
                         uint32_t width, uint32_t height, takt_step_info *info, takt_err *e);
takt_rc takt_clip_join(takt_picture **out, const takt_vision *v, takt_picture *const *pairs,
                       size_t n, uint32_t n_frames, double seconds, takt_err *e);

/* takt_picture_positions: how many positions it takes in a sequence. takt_picture_ids: what these
 * are called there: rows by negative numbers that equal pixels make equal, and the tokens of text
 * that the model wants around rows by their ids. */
uint32_t takt_picture_positions(const takt_picture *p);
const int32_t *takt_picture_ids(const takt_picture *p);

/* ---- engine and sequences -------------------------------------------------------------------- */

typedef struct takt_engine takt_engine;
typedef struct takt_seq takt_seq;

typedef struct takt_engine_options { /* zeros are the defaults */
    uint32_t n_seqs;                 /* sequences at once; 0: 1 */
    bool force;                      /* try although the figures say that memory does not suffice */
    bool no_cache;                   /* neither read nor write packed weights in the cache folder */
    takt_progress_fn *progress;      /* "pack" or "load" */
    void *user;
} takt_engine_options;

/* takt_engine_new brings the weights into memory (from the cache folder, or packing them) and
 * starts the lanes. Refuses with the figures, before anything is read, when memory does not
 * suffice. */
takt_rc takt_engine_new(takt_engine **out, const takt_model *m, const takt_plan *p,
                        const takt_engine_options *opt, takt_err *e);
void takt_engine_free(takt_engine *en);

/* takt_seq_new makes an empty sequence. Free it before its engine. */
takt_rc takt_seq_new(takt_seq **out, takt_engine *en, takt_err *e);
void takt_seq_free(takt_seq *s);
/* takt_seq_truncate forgets all positions from N on. takt_seq_length: positions held. */
void takt_seq_truncate(takt_seq *s, uint32_t n);
uint32_t takt_seq_length(const takt_seq *s);

/* takt_seq_reserve takes the memory of positions up to N (at most the context) now, all of it or on
 * an error (TAKT_ERR_LIMIT: no KV pages are free) none: no step that needs no more can fail for
 * memory or wait for it. Without it steps take pages as they go. */
takt_rc takt_seq_reserve(takt_seq *s, uint32_t n, takt_err *e);

/* takt_seq_pictures says which pictures lie where in S: from now on the ids that are fed at their
 * positions must be theirs (takt_picture_ids), and their rows take the place of embeddings. SPANS
 * (which do not overlap) and the pictures stay the caller's, until they are set anew or S is freed;
 * those whose positions S holds must be among them (what follows is placed behind them). Other ids
 * stay below the vocabulary's size and above -1. */
void takt_seq_pictures(takt_seq *s, const takt_span *spans, size_t n);

/* takt_seq_feed appends N tokens and hands the logits of each (all = true) or of the last one
 * (false) to ROW, if not NULL: I counts from 0 over this call's tokens, LOGITS has n_vocab values,
 * valid during the call. False from ROW cancels. */
typedef bool takt_logits_fn(void *user, uint32_t i, const float *logits);
takt_rc takt_seq_feed(takt_seq *s, const int32_t *ids, size_t n, bool all, takt_logits_fn *row,
                      void *user, takt_err *e);

/* ---- steps of many sequences ----------------------------------------------------------------- */

/* A sequence's part in a step: one token of a running answer, or a piece of a prompt. */
typedef struct takt_step_item {
    takt_seq *seq;      /* once in a step */
    const int32_t *ids; /* appended to it */
    uint32_t n_ids;     /* 1 or more */
    uint32_t n_logits;  /* logits are wanted of the last so many of them; 0: none */
    double *pool; /* [n_embd] the hidden states of all of them, after the model's last norm, are
                           added to it in order: see takt_embedding. NULL: not wanted */
} takt_step_item;

typedef struct takt_step_limits {
    uint32_t n_tokens; /* of a step: the plan's chunk */
    uint32_t n_logits; /* rows of a step: the plan's logits_rows */
    uint32_t n_ctx;    /* positions of a sequence */
} takt_step_limits;
void takt_engine_limits(const takt_engine *en, takt_step_limits *out);

/* ITEM counts the step's items, I the item's ids; LOGITS has n_vocab values, valid during the call.
 * False cancels. */
typedef bool takt_step_fn(void *user, size_t item, uint32_t i, const float *logits);

/* takt_step advances any mix of sequences together: the weights are read once for all of them, and
 * each gets the bits that it would get alone. ROW (may be NULL) gets the wanted logits, items and
 * ids ascending; INFO may be NULL. Errors leave every sequence as it was: TAKT_ERR_USAGE (no item,
 * an item without ids, a sequence of another engine or twice, ids out of range), TAKT_ERR_LIMIT
 * (more tokens or rows than takt_engine_limits says, a full context, no free KV page). Cancelling
 * by ROW comes after the step: all sequences have advanced. */
takt_rc takt_step(takt_engine *en, const takt_step_item *items, size_t n_items, takt_step_fn *row,
                  void *user, takt_step_info *info, takt_err *e);

/* ---- embeddings ------------------------------------------------------------------------------ */

/* takt_embed appends N tokens to S, as takt_seq_feed does, and writes their embedding to VECTOR
 * ([n_embd]): the mean of their hidden states after the model's last norm, with length 1. Of an
 * empty S it depends on the model and the ids alone. Errors: USAGE without a token, what
 * takt_seq_feed says, and what takt_embedding says. */
takt_rc takt_embed(takt_seq *s, const int32_t *ids, size_t n, float *vector, takt_err *e);

/* takt_embedding makes VECTOR ([N_EMBD], length 1) of a sum of hidden states, for who composes
 * steps: SUM starts as zeros and is the `pool` of every item of one sequence, whatever the steps
 * are. Error: TAKT_ERR_UNSUPPORTED where the model's weights made the sum zero or not finite. */
takt_rc takt_embedding(float *vector, const double *sum, uint32_t n_embd, takt_err *e);

/* ---- answers --------------------------------------------------------------------------------- */

/* Added to the logit of token ID: -100 to 100. */
typedef struct takt_logit_bias {
    int32_t id;
    float bias;
} takt_logit_bias;

typedef struct takt_sampling { /* start from takt_sampling_for(model) */
    float temperature;         /* 0: always the most likely token */
    float top_p;               /* 1: off */
    float min_p;               /* 0: off */
    uint32_t top_k;            /* 0: off */
    float repeat_penalty;      /* 1: off; over the last repeat_last tokens */
    uint32_t repeat_last;
    uint64_t seed; /* with the position, all that the draw depends on */
    /* Taken from the logit of a token that the answer (not the prompt) has: once, and once for each
     * time it has it (OpenAI's definition). -2 to 2; 0: off. */
    float presence_penalty, frequency_penalty;
    uint32_t min_tokens;               /* the model cannot end its answer before so many */
    const takt_logit_bias *logit_bias; /* [n_logit_bias] the caller's, for as long as the settings
                                          are in use; an id counts once, its last */
    uint32_t n_logit_bias;
} takt_sampling;
/* takt_sampling_default is 0.8, 0.95, 0.05, 40 and 1 over 64, and seed 0, all else off.
 * takt_sampling_for is what the model's file says (see takt_model_info), and these where it says
 * nothing. */
takt_sampling takt_sampling_default(void);
takt_sampling takt_sampling_for(const takt_model *m);

typedef enum takt_finish {
    TAKT_FINISH_EOG,
    TAKT_FINISH_STOP,
    TAKT_FINISH_LENGTH,
    TAKT_FINISH_CONTEXT,
    TAKT_FINISH_CANCELLED
} takt_finish;

/* A piece of the answer: whole UTF-8 characters, possibly empty; ID is the token that completed it.
 * False stops the answer. */
typedef bool takt_token_fn(void *user, int32_t id, const char *text, size_t len);

typedef struct takt_generate_options {
    takt_sampling sampling;
    uint32_t max_tokens;     /* 0: until the context is full */
    const char *const *stop; /* texts that end the answer and are not part of it */
    size_t n_stop;
    bool ignore_eog;
    bool print_special; /* control tokens come as text too */
    uint32_t n_draft; /* tokens that are guessed from the text so far and checked in one step, where
                         that is predicted to save time; the answer is the same. 0: none; at most
                         31, and one less than the plan's logits_rows */
    takt_token_fn *token;
    takt_progress_fn *progress; /* "prefill" */
    void *user;                 /* for both */
} takt_generate_options;

typedef struct takt_stats {
    uint32_t n_prompt, n_generated;
    takt_finish finish;
    int64_t prefill_ns, first_token_ns;               /* since the call */
    int64_t decode_ns;                                /* steps after the first token */
    double prefill_ns_predicted, decode_ns_predicted; /* for the same work */
    uint32_t n_guessed, n_right; /* guesses that steps checked, and those that were right */
} takt_stats;

/* takt_generate appends PROMPT and then the answer to S, token by token. A cancelled or stopped
 * answer is a success (see stats->finish). Errors: the prompt is longer than the context
 * (TAKT_ERR_LIMIT, with both figures), a setting is out of its range (TAKT_ERR_USAGE, with its
 * name). */
takt_rc takt_generate(takt_seq *s, const int32_t *prompt, size_t n_prompt,
                      const takt_generate_options *opt, takt_stats *stats, takt_err *e);

#ifdef __cplusplus
}
#endif
#endif
