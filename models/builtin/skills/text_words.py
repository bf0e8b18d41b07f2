"""Common short words that pictures show."""

TEXT_WORDS = """
stop open shop exit sale taxi hotel cafe bank post school menu pizza milk bread cheese fruit
apple lemon orange cherry peach grape melon tomato potato onion rice soup salad sugar salt tea
coffee water juice cake pie egg fish meat cat dog cow pig hen duck goose horse sheep goat lion
tiger bear wolf fox deer mouse rabbit snake frog bird eagle owl whale shark bee ant spider sun
moon star sky cloud rain snow wind storm fog ice fire earth sea lake river island beach hill
mountain forest tree leaf flower rose grass garden farm field road street bridge house home door
window wall roof floor room kitchen table chair bed lamp desk sofa clock watch phone radio camera
book page letter paper pen pencil paint music song piano guitar drum dance game ball kite toy doll
car bus train tram boat ship plane bike truck wheel road north south east west left right up down
front back top in out on off yes no hello hi bye please thanks sorry welcome love peace happy sad
good bad hot cold warm cool big small long short tall fast slow old new young red blue green yellow
black white pink brown grey gold silver one two three four five six seven eight nine ten zero first
last next day night week month year today morning noon evening monday friday sunday june july april
march winter spring summer autumn mother father sister brother baby child boy girl man woman king
queen friend doctor nurse teacher baker pilot driver police help danger caution wait walk run jump
sit stand go come push pull press lift start end play pause win lose draw read write sing swim
sleep eat drink cook buy sell free private public office staff only keep dry heavy light fragile
box bag cup glass bottle plate fork knife spoon hat coat shirt shoe sock glove scarf ring key lock
map ticket gate platform lift stairs toilet ladies men enter quiet please smile dream hope time
money price cash card bill total north zone area city town village park zoo museum church castle
""".split()
TEXT_WORDS = sorted({word for word in TEXT_WORDS if 2 <= len(word) <= 5})
