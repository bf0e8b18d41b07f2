/* spm: SentencePiece's scores as merges. Two neighbours may merge when their text together is a
 * token; the token with the highest score goes first, the leftmost among equals (Kudo and
 * Richardson 2018, BPE model). */
#ifndef TAKT_TEXT_SPM_H
#define TAKT_TEXT_SPM_H

#include "text/tokenizer_parts.h"

enum { SPM_PIECE_MAX = 512 }; /* bytes of a mergeable piece */

/* spm_add_merges fills T's merge table from the vocabulary's scores. Errors: TAKT_ERR_LIMIT for
 * pieces over SPM_PIECE_MAX bytes. */
takt_rc spm_add_merges(struct tokenizer *t, takt_err *e);

/* spm_cut_words lets T cut text into words before merging, when no piece reaches over a word's end;
 * otherwise a text is one piece, which is slower and gives the same tokens. */
void spm_cut_words(struct tokenizer *t);

#endif
