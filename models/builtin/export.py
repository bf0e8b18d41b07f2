"""The trained model as files: a Hugging Face folder for the decoder, GGUF for both parts, and the
answers that a reader of these files has to agree with."""

import json
import pathlib
import subprocess

import gguf
import numpy as np
import torch
from safetensors.torch import save_file

import tokenizer as words

HERE = pathlib.Path(__file__).resolve().parent
NAME = "takt-builtin"  # of the folder, and so of the model


def folder(model, tokenizer, path):
    """Writes the decoder as transformers reads it: config, weights in float32, tokenizer, chat
    template."""
    s = model.s
    path.mkdir(parents=True, exist_ok=True)
    end = tokenizer.token_to_id(words.EOT)
    config = {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": s.vocab,
        "hidden_size": s.width,
        "num_hidden_layers": s.layers,
        "num_attention_heads": s.heads,
        "num_key_value_heads": s.kv_heads,
        "head_dim": s.head,
        "intermediate_size": s.ff,
        "max_position_embeddings": s.context,
        "rope_theta": s.rope_base,
        "rms_norm_eps": s.eps,
        "hidden_act": "silu",
        "attention_bias": False,
        "mlp_bias": False,
        "tie_word_embeddings": True,
        "torch_dtype": "float32",
        "bos_token_id": tokenizer.token_to_id(words.BEGIN),
        "eos_token_id": end,
        "pad_token_id": tokenizer.token_to_id(words.PAD),
    }
    (path / "config.json").write_text(json.dumps(config, indent=1))
    generation = {"eos_token_id": end, "do_sample": False}  # one answer to one question
    (path / "generation_config.json").write_text(json.dumps(generation))
    template = (HERE / "chat_template.jinja").read_text(encoding="utf-8")
    (path / "tokenizer_config.json").write_text(words.config(template), encoding="utf-8")
    tokenizer.save(str(path / "tokenizer.json"))
    weights = {f"model.{k}": v.contiguous() for k, v in model.decoder.state_dict().items()}
    save_file(weights, str(path / "model.safetensors"), {"format": "pt"})


def _add(out, name, values, quantised):
    values = np.ascontiguousarray(values.float().numpy())
    if quantised:
        kind = gguf.GGMLQuantizationType.Q8_0
        out.add_tensor(name, gguf.quants.quantize(values, kind), raw_dtype=kind)
    else:
        out.add_tensor(name, values)


VIT_NAMES = {
    "layer_norm1": "ln1",
    "layer_norm2": "ln2",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.out_proj": "attn_out",
    "mlp.fc1": "ffn_up",
    "mlp.fc2": "ffn_down",
}


def mmproj(model, path):
    """Writes encoder and projector as an mmproj file of LLaVA's kind (projector `mlp`): matrices in
    Q8_0, the rest in float32. feature_layer says that all layers count, not all but one."""
    s = model.s
    out = gguf.GGUFWriter(str(path), "clip")
    out.add_name(NAME)
    out.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    out.add_string("clip.projector_type", "mlp")
    out.add_bool("clip.has_vision_encoder", True)
    out.add_bool("clip.has_text_encoder", False)
    out.add_bool("clip.has_llava_projector", True)
    out.add_bool("clip.use_gelu", True)
    out.add_uint32("clip.vision.image_size", s.picture)
    out.add_uint32("clip.vision.patch_size", s.patch)
    out.add_uint32("clip.vision.embedding_length", s.vit_width)
    out.add_uint32("clip.vision.feed_forward_length", s.vit_ff)
    out.add_uint32("clip.vision.block_count", s.vit_layers)
    out.add_uint32("clip.vision.attention.head_count", s.vit_heads)
    out.add_uint32("clip.vision.projection_dim", s.width)
    out.add_float32("clip.vision.attention.layer_norm_epsilon", s.vit_eps)
    out.add_array("clip.vision.image_mean", [0.5, 0.5, 0.5])
    out.add_array("clip.vision.image_std", [0.5, 0.5, 0.5])
    out.add_array("clip.vision.feature_layer", [s.vit_layers])
    vit = model.vit.state_dict()
    patch = vit["patch_embedding.weight"].view(s.vit_width, 3, s.patch, s.patch)
    _add(out, "v.patch_embd.weight", patch, False)
    _add(out, "v.patch_embd.bias", vit["patch_embedding.bias"], False)
    _add(out, "v.position_embd.weight", vit["position_embedding"], False)
    for part in ("weight", "bias"):
        for i in range(s.vit_layers):
            for ours, theirs in VIT_NAMES.items():
                w = vit[f"layers.{i}.{ours}.{part}"]
                _add(out, f"v.blk.{i}.{theirs}.{part}", w, w.ndim == 2)
        _add(out, f"v.post_ln.{part}", vit[f"post_layernorm.{part}"], False)
        for k, linear in ((0, model.projector.linear_1), (2, model.projector.linear_2)):
            w = getattr(linear, part).detach()
            _add(out, f"mm.{k}.{part}", w, w.ndim == 2)
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()


def decoder(folder_path, path, takt):
    """Writes the folder as one GGUF file in Q8_0, by takt itself (the program TAKT)."""
    subprocess.run([takt, "quantize", str(folder_path), str(path), "--type", "Q8_0"], check=True)


def read_back(model, decoder_path, mmproj_path):
    """Puts the weights that the files hold into MODEL: what is judged is what is shipped."""
    read = {}
    for path in (decoder_path, mmproj_path):
        for t in gguf.GGUFReader(str(path)).tensors:
            values = gguf.quants.dequantize(t.data, t.tensor_type)
            read[t.name] = torch.from_numpy(np.array(values, np.float32))
    llama = {
        "input_layernorm": "attn_norm",
        "post_attention_layernorm": "ffn_norm",
        "self_attn.q_proj": "attn_q",
        "self_attn.k_proj": "attn_k",
        "self_attn.v_proj": "attn_v",
        "self_attn.o_proj": "attn_output",
        "mlp.gate_proj": "ffn_gate",
        "mlp.up_proj": "ffn_up",
        "mlp.down_proj": "ffn_down",
    }
    s, state = model.s, model.state_dict()
    names = {"decoder.embed_tokens.weight": "token_embd.weight",
             "decoder.norm.weight": "output_norm.weight",
             "vit.patch_embedding.weight": "v.patch_embd.weight",
             "vit.patch_embedding.bias": "v.patch_embd.bias",
             "vit.position_embedding": "v.position_embd.weight"}
    for i in range(s.layers):
        for ours, theirs in llama.items():
            names[f"decoder.layers.{i}.{ours}.weight"] = f"blk.{i}.{theirs}.weight"
    for part in ("weight", "bias"):
        for i in range(s.vit_layers):
            for ours, theirs in VIT_NAMES.items():
                names[f"vit.layers.{i}.{ours}.{part}"] = f"v.blk.{i}.{theirs}.{part}"
        names[f"vit.post_layernorm.{part}"] = f"v.post_ln.{part}"
        names[f"projector.linear_1.{part}"] = f"mm.0.{part}"
        names[f"projector.linear_2.{part}"] = f"mm.2.{part}"
    for ours, theirs in names.items():
        w = read[theirs]
        if theirs.endswith(("attn_q.weight", "attn_k.weight")) and ours.startswith("decoder"):
            w = _rows_apart(w, s.head)
        state[ours] = w.reshape(state[ours].shape)
    model.load_state_dict(state)


def _rows_apart(w, head):
    """Rows of Q and K as transformers has them; GGUF pairs them for the other form of rotation."""
    rows, width = w.shape
    return w.view(rows // head, head // 2, 2, width).transpose(1, 2).reshape(rows, width)
