/* Qwen2-VL and Qwen2.5-VL (arXiv 2409.12191, 2502.13923). The language model is Qwen 2 whose rotary
 * positions have three places, in time, height and width (model_hparams.rope_sections). */
#include "graph/arch/arch.h"

void arch_qwen2vl(struct builder *b)
{
    arch_qwen2(b);
}
