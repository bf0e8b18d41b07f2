#include "server/api_schemas.h"

#define STRING  "{'type':'string'}"
#define INTEGER "{'type':'integer'}"
#define NUMBER  "{'type':'number'}"
#define REF(x)  "{'$ref':'#/components/schemas/" x "'}"
#define LIST(x) "{'type':'array','items':" x "}"
#define SET(x)  "{'type':'array','uniqueItems':true,'items':" x "}"
/* A page of a list of X. */
#define PAGE(x)                                                                                    \
    OBJECT("'object','data','first_id','last_id','has_more'",                                      \
           "'object':{'const':'list'},'data':" LIST(                                               \
               x) ",'first_id':{'type':['string','null']},"                                        \
                  "'last_id':{'type':['string','null']},'has_more':{'type':'boolean'}")
/* An object with the members REQUIRED (names in quotes) and PROPERTIES. */
#define OBJECT(required, properties)                                                               \
    "{'type':'object','required':[" required "],'properties':{" properties "}}"

/* A text, or parts that are X. */
#define PARTS_OF(x) "{'anyOf':[" STRING ",{'type':'array','minItems':1,'items':" REF(x) "}]}"
/* Parts of messages that are pictures. */
#define DETAIL "{'enum':['auto','low','high']}"
#define PICTURE_ADDRESS                                                                            \
    "{'type':'string','pattern':'^([dD][aA][tT][aA]:|[hH][tT][tT][pP][sS]?://)','description':"    \
    "'A data: URL of base64, or an http or https URL where the server fetches such.'}"
#define DETAILED_URL OBJECT("'url'", "'url':" REF("PictureAddress") ",'detail':" REF("Detail"))
#define PICTURE_PART                                                                               \
    OBJECT("'type','image_url'", "'type':{'const':'image_url'},'image_url':{'anyOf':[" REF(        \
                                     "PictureAddress") "," DETAILED_URL "]}")
#define BY_URL                                                                                     \
    OBJECT("'type','image_url'", "'type':{'const':'input_image'},'image_url':" REF(                \
                                     "PictureAddress") ",'detail':" REF("Detail"))
#define BY_FILE                                                                                    \
    OBJECT("'type','file_id'",                                                                     \
           "'type':{'const':'input_image'},'file_id':{'type':'string','minLength':1},"             \
           "'detail':" REF("Detail"))
#define INPUT_IMAGE "{'anyOf':[" BY_URL "," BY_FILE "]}"
#define FRAMES                                                                                     \
    "'num_frames':{'type':'integer','minimum':1,'maximum':256},'fps':{'type':'number',"            \
    "'exclusiveMinimum':0,'maximum':1000}"
#define CLIP_URL OBJECT("'url'", "'url':" REF("PictureAddress") "," FRAMES)
#define CLIP_PART                                                                                  \
    OBJECT("'type','video_url'", "'type':{'enum':['video_url','input_video']},'video_url':{"       \
                                 "'anyOf':[" REF("PictureAddress") "," CLIP_URL "]}," FRAMES)
#define CLIP_BY_FILE                                                                               \
    OBJECT("'type','file_id'", "'type':{'const':'input_video'},'file_id':{'type':'string',"        \
                               "'minLength':1}," FRAMES)
#define RESPONSE_PART                                                                              \
    "{'anyOf':[" REF("ResponsePart") "," REF("PicturePart") "," REF("InputImage") "," REF(         \
        "ClipPart") "]}"
#define PART                                                                                       \
    "{'anyOf':[" REF("TextPart") "," REF("PicturePart") "," REF("InputImage") "," REF(             \
        "ClipPart") "]}"

/* Schemas that no table makes, with ' for ". Those of replies name what is always there. */
const struct api_schema api_schemas[] = {
    {"TextPart", OBJECT("'type','text'", "'type':{'const':'text'},'text':" STRING)},
    {"Detail", DETAIL},
    {"PictureAddress", PICTURE_ADDRESS},
    {"PicturePart", PICTURE_PART},
    {"InputImage", INPUT_IMAGE},
    {"ClipPart", "{'anyOf':[" CLIP_PART "," CLIP_BY_FILE "]}"},
    {"Part", PART},
    {"TextContent", PARTS_OF("TextPart")},
    {"Content", PARTS_OF("Part")},
    {"ToolCall", OBJECT("'id','type','function'",
                        "'id':" STRING ",'type':{'const':'function'},'function':" OBJECT(
                            "'name','arguments'",
                            "'name':" STRING ",'arguments':{'type':'string','description':"
                            "'The JSON text of an object.'}"))},
    {"SpokenMessage",
     OBJECT("'role','content'", "'role':{'enum':['system','developer','user']},'content':" REF(
                                    "Content") ",'name':" STRING)},
    {"AssistantMessage",
     OBJECT("'role','content'",
            "'role':{'const':'assistant'},'content':" REF("Content") ",'tool_calls':" LIST(
                REF("ToolCall")) ","
                                 "'function_call':{'type':'null'},'audio':{'type':'null'}")},
    {"ToolMessage",
     OBJECT("'role','content','tool_call_id'",
            "'role':{'const':'tool'},'content':" REF("Content") ","
                                                                "'tool_call_id':" STRING)},
    {"Message",
     "{'anyOf':[" REF("SpokenMessage") "," REF("AssistantMessage") "," REF("ToolMessage") "]}"},
    {"Messages", LIST(REF("Message"))},
    {"Tool",
     OBJECT("'type','function'",
            "'type':{'const':'function'},'function':" OBJECT(
                "'name'", "'name':{'type':'string','minLength':1},'description':" STRING ","
                          "'parameters':{'type':'object'},'strict':{'type':['boolean','null']}"))},
    {"Tools", SET(REF("Tool"))},
    {"Prediction",
     OBJECT("'type','content'", "'type':{'const':'content'},'content':" REF("TextContent"))},
    {"TextFormat", OBJECT("'type'", "'type':{'const':'text'}")},
    {"ResponsePart", OBJECT("'type','text'", "'type':{'enum':['input_text','output_text','text',"
                                             "'summary_text']},'text':" STRING)},
    {"ResponseAnyPart", RESPONSE_PART},
    {"ResponseContent", PARTS_OF("ResponseAnyPart")},
    {"ResponseMessage",
     OBJECT("'role','content'", "'type':{'const':'message'},'role':{'enum':['system','developer',"
                                "'user','assistant']},'content':" REF("ResponseContent"))},
    {"FunctionCall", OBJECT("'type','call_id','name','arguments'",
                            "'type':{'const':'function_call'},'call_id':" STRING ","
                            "'name':{'type':'string','minLength':1},'arguments':" STRING)},
    {"FunctionCallOutput", OBJECT("'type','call_id','output'",
                                  "'type':{'const':'function_call_output'},'call_id':" STRING ","
                                  "'output':" REF("ResponseContent"))},
    {"ResponseItem", "{'anyOf':[" REF("ResponseMessage") "," REF("FunctionCall") "," REF(
                         "FunctionCallOutput") "]}"},
    {"ResponseInput",
     "{'anyOf':[" STRING ",{'type':'array','minItems':1,'items':" REF("ResponseItem") "}]}"},
    {"ResponseTool",
     OBJECT("'type','name'", "'type':{'const':'function'},'name':{'type':'string','minLength':1},"
                             "'description':{'type':['string','null']},"
                             "'parameters':{'type':['object','null']},"
                             "'strict':{'type':['boolean','null']}")},
    {"ResponseTools", SET(REF("ResponseTool"))},
    {"ResponseInclude",
     LIST("{'enum':['message.output_text.logprobs','reasoning.encrypted_content',"
          "'file_search_call.results','web_search_call.results','web_search_call.action.sources',"
          "'message.input_image.image_url','computer_call_output.output.image_url',"
          "'code_interpreter_call.outputs']}")},
    {"Usage", OBJECT("'prompt_tokens','completion_tokens','total_tokens'",
                     "'prompt_tokens':" INTEGER ",'completion_tokens':" INTEGER ","
                     "'total_tokens':" INTEGER)},
    {"ChatCompletion",
     OBJECT("'id','object','created','model','choices','usage'",
            "'id':" STRING ",'object':{'const':'chat.completion'},'created':" INTEGER ","
            "'model':" STRING
            ",'choices':" LIST(OBJECT("'index','message','logprobs','finish_reason'",
                                      "'index':" INTEGER)) ","
                                                           "'usage':" REF("Usage"))},
    {"Completion",
     OBJECT("'id','object','created','model','choices','usage'",
            "'id':" STRING ",'object':{'const':'text_completion'},'created':" INTEGER ","
            "'model':" STRING
            ",'choices':" LIST(OBJECT("'index','text','logprobs','finish_reason'",
                                      "'index':" INTEGER)) ","
                                                           "'usage':" REF("Usage"))},
    {"Response", OBJECT("'id','object','created_at','status','model','output'",
                        "'id':" STRING ",'object':{'const':'response'},'created_at':" INTEGER ","
                        "'status':{'enum':['in_progress','completed','incomplete','failed']},"
                        "'model':" STRING ",'output':" LIST("{'type':'object'}"))},
    {"ResponseItems", OBJECT("'object','data','first_id','last_id','has_more'",
                             "'object':{'const':'list'},'data':" LIST(
                                 "{'type':'object'}") ","
                                                      "'first_id':{'type':['string','null']},'last_"
                                                      "id':{'type':['string','null']},"
                                                      "'has_more':{'type':'boolean'}")},
    {"InputTokens", OBJECT("'object','input_tokens'",
                           "'object':{'const':'response.input_tokens'},'input_tokens':" INTEGER)},
    {"Deleted", OBJECT("'id','object','deleted'",
                       "'id':" STRING ",'object':" STRING ",'deleted':{'type':'boolean'}")},
    {"UsageByDay",
     OBJECT("'object','data'",
            "'object':{'const':'list'},'data':" LIST(OBJECT(
                "'object','date','key','requests','input_tokens','cached_tokens','output_tokens'",
                "'object':{'const':'usage'},'date':" STRING ",'key':{'type':['string','null']},"
                "'requests':" INTEGER ",'input_tokens':" INTEGER ",'cached_tokens':" INTEGER
                ",'output_tokens':" INTEGER)))},
    {"File", OBJECT("'id','object','bytes','created_at','filename','purpose','status'",
                    "'id':" STRING ",'object':{'const':'file'},'bytes':" INTEGER ","
                    "'created_at':" INTEGER ",'expires_at':" INTEGER ",'filename':" STRING ","
                    "'purpose':" STRING ",'status':" STRING ",'status_details':{'type':'null'}")},
    {"Files", PAGE(REF("File"))},
    {"Batch",
     OBJECT("'id','object','endpoint','input_file_id','completion_window','status','created_at',"
            "'request_counts'",
            "'id':" STRING ",'object':{'const':'batch'},'endpoint':" STRING
            ",'errors':{'type':['object','null']},'input_file_id':" STRING
            ",'completion_window':" STRING
            ",'status':{'enum':['validating','failed','in_progress','finalizing','completed',"
            "'expired','cancelling','cancelled']},'output_file_id':{'type':['string','null']},"
            "'error_file_id':{'type':['string','null']},'created_at':" INTEGER
            ",'request_counts':" OBJECT("'total','completed','failed'",
                                        "'total':" INTEGER ",'completed':" INTEGER
                                        ",'failed':" INTEGER))},
    {"Batches", PAGE(REF("Batch"))},
    {"Embeddings", OBJECT("'object','data','model','usage'",
                          "'object':{'const':'list'},'model':" STRING ",'data':" LIST(
                              OBJECT("'object','index','embedding'", "'index':" INTEGER)))},
    {"Estimate",
     OBJECT("'object','accepted','admission','prompt_tokens','cached_tokens','max_tokens'",
            "'object':{'const':'estimate'},'accepted':{'type':'boolean'},'admission':{'enum':["
            "'accepted','too_long','kv_pages','queue_full','ttft','tpot','loading']},'prompt_"
            "tokens':" INTEGER ",'cached_tokens':" INTEGER ",'image_tokens':" INTEGER
            ",'max_tokens':" INTEGER ",'pictures_s':" NUMBER ",'start_s':" NUMBER
            ",'ttft_s':" NUMBER ",'tpot_s':" NUMBER ",'total_s':" NUMBER
            ",'promised_ttft_s':" NUMBER ",'promised_tpot_s':" NUMBER ",'retry_after_s':" NUMBER)},
    {"Version", OBJECT("'version'", "'version':" STRING)},
    {"Load", OBJECT("'server_load'", "'server_load':" INTEGER)},
    {"LoadByRank", LIST(OBJECT("'dp_rank','num_reqs','num_waiting_reqs','num_tokens'",
                               "'dp_rank':" INTEGER ",'num_reqs':" INTEGER
                               ",'num_waiting_reqs':" INTEGER ",'num_tokens':" INTEGER))},
    {"ServerInfo", OBJECT("'version'", "'version':" STRING ",'served_model_name':" STRING
                                       ",'model_path':" STRING ",'context_length':" INTEGER)},
    {"Rendered", OBJECT("'request_id','model','token_ids'",
                        "'request_id':" STRING ",'model':" STRING ",'token_ids':" LIST(INTEGER))},
    {"RenderedList", LIST(REF("Rendered"))},
    {"OpenApi", "{'type':'object'}"},
    {"Tokens", OBJECT("'count','max_model_len','tokens'",
                      "'count':" INTEGER ",'max_model_len':" INTEGER ",'tokens':" LIST(
                          INTEGER) ",'token_strs':{'type':['array','null'],'items':" STRING "}")},
    {"Detokenized", OBJECT("'prompt'", "'prompt':" STRING)},
    {"Model",
     OBJECT("'id','object','created','owned_by'",
            "'id':" STRING ",'object':{'const':'model'},'created':" INTEGER ","
            "'owned_by':" STRING ",'architecture':" REF(
                "Modalities") ","
                              "'capabilities':" LIST(STRING) ",'status':" REF("ModelStatus"))},
    {"Modalities", OBJECT("'input_modalities','output_modalities'",
                          "'input_modalities':" LIST(
                              "{'enum':['text','image','video']}") ","
                                                                   "'output_modalities':" LIST(
                                                                       "{'const':'text'}"))},
    {"ModelStatus",
     OBJECT("'value','failed','memory_bytes','ready_in_s'",
            "'value':{'enum':['loaded','loading','unloaded']},'failed':{'type':'boolean'},"
            "'memory_bytes':" INTEGER ",'ready_in_s':" NUMBER)},
    {"Models", OBJECT("'object','data'", "'object':{'const':'list'},'data':" LIST(REF("Model")))},
    {"Error", OBJECT("'error'", "'error':" OBJECT("'message','type'",
                                                  "'message':" STRING ",'type':" STRING ","
                                                  "'param':{'type':['string','null']},"
                                                  "'code':{'type':['string','integer','null']}"))},
};
const uint32_t api_schema_count = sizeof api_schemas / sizeof *api_schemas;
