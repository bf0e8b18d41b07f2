"""The sentences of the English-Japanese phrasebook: patterns with slots, and fixed phrases.

Each line is "English | other English = Japanese | other Japanese". The first of each side is what
the phrasebook answers; the others are understood and count as right too. An indented line goes on
with the line before. A line after "<" is only for Japanese to English. A slot is {kind},
{kind.form} or, where a kind comes twice, {kind2}; kinds and forms are those of translate_words.
"""

PATTERNS = """
Where is the nearest {place}? = 一番近い{place}はどこですか。
Where is {where.the}? | Where can I find {where.the}? | Where can I find {where.a}? = {where}はどこですか。
    | {where}はどこにありますか。
Excuse me, where is {where.the}? = すみません、{where}はどこですか。 | すみません、{where}はどこにありますか。
Is there {where.a} near here? | Is there {where.a} nearby? | Is there {where.a} around here?
    = この近くに{where}はありますか。 | 近くに{where}はありますか。 | この近くに{where}がありますか。
Is {where.the} far from here? = {where}はここから遠いですか。
Is {where.the} near here? = {where}はこの近くですか。 | {where}はこの近くにありますか。
How do I get to {goal.the}? | How can I get to {goal.the}? = {goal}へはどうやって行きますか。
    | {goal}にはどうやって行きますか。 | {goal}へはどう行けばいいですか。 | {goal}までどうやって行きますか。
I want to go to {goal.the}. | I would like to go to {goal.the}. = {goal}に行きたいです。 | {goal}へ行きたいです。
I am going to {goal.the}. | I will go to {goal.the}. | I go to {goal.the}. = {goal}に行きます。
    | {goal}へ行きます。
I went to {goal.the} {past}. | {past}, I went to {goal.the}. = {past}、{goal}に行きました。
    | {past}、{goal}へ行きました。
I will go to {goal.the} {when}. | I am going to {goal.the} {when}. = {when}、{goal}に行きます。
    | {when}、{goal}へ行きます。
Let's go to {goal.the}. = {goal}に行きましょう。 | {goal}へ行きましょう。
Let's go to {goal.the} {when}. = {when}、{goal}に行きましょう。 | {when}、{goal}へ行きましょう。
Did you go to {goal.the}? = {goal}に行きましたか。 | {goal}へ行きましたか。
{goal.the}, please. | Please take me to {goal.the}. | To {goal.the}, please. = {goal}までお願いします。
How long does it take to get to {goal.the}? | How long does it take to {goal.the}?
    = {goal}までどのくらいかかりますか。 | {goal}までどれくらいかかりますか。
How long does it take from {city} to {city2}? = {city}から{city2}までどのくらいかかりますか。
    | {city}から{city2}までどれくらいかかりますか。
How long does it take to {city} by {vehicle}? = {city}まで{vehicle}でどのくらいかかりますか。
    | {vehicle}で{city}までどのくらいかかりますか。
Does this {line} go to {goal.the}? = この{line}は{goal}に行きますか。 | この{line}は{goal}へ行きますか。
Does this {line} stop at {goal.the}? | Does this {line} stop in {goal.the}?
    = この{line}は{goal}に止まりますか。
When does the next {line} to {city} leave? | When is the next {line} to {city}?
    = {city}行きの次の{line}はいつ出ますか。 | 次の{city}行きの{line}はいつ出ますか。
Where is the {line} to {city}? = {city}行きの{line}はどこですか。
A ticket to {city}, please. | One ticket to {city}, please. | I would like a ticket to {city}.
    = {city}までの切符をください。 | {city}までの切符をお願いします。 | {city}までの切符を一枚ください。
{sheets} tickets to {city}, please. = {city}までの切符を{sheets}ください。 | {city}まで{sheets}ください。
How much is it to {city}? | How much is a ticket to {city}? = {city}までいくらですか。 | {city}までの切符はいくらですか。
What time does {place.the} open? | When does {place.the} open? = {place}は何時に開きますか。
    | {place}はいつ開きますか。
What time does {place.the} close? | When does {place.the} close? = {place}は何時に閉まりますか。
    | {place}はいつ閉まりますか。
Is {place.the} open now? | Is {place.the} open? = {place}は今開いていますか。 | {place}は開いていますか。
    | 今、{place}は開いていますか。
Is {place.the} open on {day}? | Is {place.the} open on {day}s? = {place}は{day}に開いていますか。
    | {day}に{place}は開いていますか。
{place.the} is closed on {day}. | {place.the} is closed on {day}s. = {place}は{day}に閉まっています。
    | {place}は{day}は休みです。 | {place}は{day}が休みです。
{place.the} is closed today. = {place}は今日休みです。 | 今日、{place}は休みです。 | {place}は今日閉まっています。
I am at {place.the}. | I am at {place.the} now. = {place}にいます。 | 今、{place}にいます。
I am in front of {place.the}. = {place}の前にいます。
{place.the} is {side} {place2.the}. = {place}は{place2}の{side}です。 | {place}は{place2}の{side}にあります。
{where.the} is on the {dir}. | {where.the} is on your {dir}. = {where}は{dir}にあります。
    | {where}は{dir}です。 | {where}は{dir}側にあります。
{where.the} is over there. = {where}はあそこです。 | {where}はあそこにあります。 | {where}は向こうです。
{spot.the} is on the {floor} floor. = {spot}は{floor}です。 | {spot}は{floor}にあります。
I am looking for {where.the}. = {where}を探しています。
Please turn {dir} at {place.the}. = {place}で{dir}に曲がってください。 | {place}を{dir}に曲がってください。
Please stop in front of {place.the}. = {place}の前で止まってください。 | {place}の前で止めてください。
Let's meet at {place.the} at {clock}. = {clock}に{place}で会いましょう。 | {place}で{clock}に会いましょう。
Let's meet in front of {place.the}. = {place}の前で会いましょう。
{place.the} is {scene}. = {place}は{scene.pred}です。
Is {place.the} {scene}? = {place}は{scene.pred}ですか。
I am from {town}. | I come from {town}. = {town}から来ました。
I live in {town}. = {town}に住んでいます。
Do you live in {town}? = {town}に住んでいますか。
I lived in {town} for {days}. = {days}、{town}に住んでいました。 | {town}に{days}住んでいました。
Have you been to {town}? | Have you ever been to {town}? = {town}に行ったことがありますか。 | {town}へ行ったことがありますか。
I have been to {town}. = {town}に行ったことがあります。 | {town}へ行ったことがあります。
I am {people}. = {people}です。
Are you {people}? = {people}ですか。 | あなたは{people}ですか。
Do you speak {lang}? | Can you speak {lang}? = {lang}を話せますか。 | {lang}が話せますか。 | {lang}を話しますか。
I speak {lang}. | I can speak {lang}. = {lang}を話します。 | {lang}が話せます。 | {lang}を話せます。
I speak a little {lang}. | I can speak a little {lang}. = {lang}を少し話します。 | {lang}が少し話せます。
    | 少し{lang}を話します。
I do not speak {lang}. | I cannot speak {lang}. = {lang}は話せません。 | {lang}が話せません。 | {lang}を話せません。
I am learning {lang}. = {lang}を習っています。 | {lang}を学んでいます。
How do you say this in {lang}? = これは{lang}で何と言いますか。
Do you have a menu in {lang}? | Is there a menu in {lang}? = {lang}のメニューはありますか。
{menu.an}, please. | Please give me {menu.some}. | Can I have {menu.some}? | Can I have {menu.an}?
    = {menu}をください。
I would like {menu.some}. | I would like {menu.an}. = {menu}をお願いします。
I want {menu.some}. | I want {menu.an}. = {menu}がほしいです。
{count} {cup.pl}, please. = {cup}を{count}ください。 | {cup}{count}ください。 | {cup}を{count}お願いします。
One {cup}, please. = {cup}を一つください。 | {cup}一つください。 | {cup}を一つお願いします。
Do you have {menu.pl}? | Do you have any {menu.pl}? = {menu}はありますか。 | {menu}がありますか。
I like {liked.pl}. = {liked}が好きです。
I love {liked.pl}. | I like {liked.pl} very much. = {liked}が大好きです。
I do not like {liked.pl}. = {liked}が好きではありません。 | {liked}は好きではありません。 | {liked}は好きじゃありません。
    | {liked}が好きじゃないです。
Do you like {liked.pl}? = {liked}は好きですか。 | {liked}が好きですか。
My {family} likes {liked.pl}. = {family}は{liked}が好きです。 | 私の{family}は{liked}が好きです。
I want to eat {food.pl}. | I would like to eat {food.pl}. = {food}を食べたいです。 | {food}が食べたいです。
I want to drink {drink}. | I would like to drink {drink}. = {drink}を飲みたいです。 | {drink}が飲みたいです。
I do not eat {food.pl}. = {food}は食べません。 | {food}を食べません。
I cannot eat {food.pl}. = {food}は食べられません。 | {food}が食べられません。
I do not drink {drink}. = {drink}は飲みません。 | {drink}を飲みません。
I am allergic to {food.pl}. | I have an allergy to {food.pl}. = {food}アレルギーがあります。
    | {food}のアレルギーがあります。 | {food}アレルギーです。
I eat {food.pl} {daily}. = {daily}{food}を食べます。
I drink {drink} {daily}. = {daily}{drink}を飲みます。
I ate {food.pl} {past}. = {past}、{food}を食べました。
I drank {drink} {past}. = {past}、{drink}を飲みました。
I had {food.pl} for {meal}. | I ate {food.pl} for {meal}. = {meal}に{food}を食べました。
Let's eat {food.pl}. = {food}を食べましょう。
Let's drink {drink}. = {drink}を飲みましょう。
Would you like {menu.some}? | How about {menu.some}? = {menu}はいかがですか。
Is there {menu.an} in this? | Does this have {menu.an} in it? | Are there {menu.pl} in this?
    = これに{menu}は入っていますか。 | これに{menu}が入っていますか。
Without {menu.pl}, please. | No {menu.pl}, please. = {menu}なしでお願いします。
{taste_of.thisis} {taste}. = この{taste_of}は{taste.pred}です。
{taste_of.isthis} {taste}? = この{taste_of}は{taste.pred}ですか。
{taste_of.thisis} not {taste}. = この{taste_of}は{taste.neg}。
{taste_of.thisis} very {taste}. = この{taste_of}はとても{taste.pred}です。
What time is {meal}? | When is {meal}? = {meal}は何時ですか。
{meal} is at {clock}. = {meal}は{clock}です。
Is {meal} included? = {meal}は付いていますか。
Let's have {meal} together. | Let's eat {meal} together. = 一緒に{meal}を食べましょう。
How much {thing.isthis}? = この{thing}はいくらですか。
How much {thing.isthat}? = あの{thing}はいくらですか。 | その{thing}はいくらですか。
I want to buy {thing.a}. | I would like to buy {thing.a}. = {thing}を買いたいです。 | {thing}が買いたいです。
I am looking for {thing.a}. = {thing}を探しています。
I want {thing.a}. = {thing}がほしいです。
I bought {thing.a} {past}. = {past}、{thing}を買いました。
Do you have {thing.pl}? | Do you sell {thing.pl}? | Do you have {thing.a}? = {thing}はありますか。
    | {thing}を売っていますか。
Where can I buy {thing.a}? = {thing}はどこで買えますか。 | どこで{thing}が買えますか。
I will take {thing.this}. = この{thing}にします。 | この{thing}をください。
Please show me {thing.that}. | Can I see {thing.that}? = あの{thing}を見せてください。 | その{thing}を見せてください。
{thing.thisis} too {extent}. = この{thing}は{extent.stem}すぎます。
{thing.thisis} {adj}. = この{thing}は{adj.pred}です。
{thing.isthis} {adj}? = この{thing}は{adj.pred}ですか。
{thing.thisis} very {adj}. = この{thing}はとても{adj.pred}です。
{thing.thisis} not {adj}. = この{thing}は{adj.neg}。
I want {color.a} {single}. = {color}{single}がほしいです。
The {color} {single}, please. | Please give me the {color} {single}. = {color}{single}をください。
Do you have this {single} in {color}? = この{single}の{color.noun}はありますか。
I like this {color} {single}. = この{color}{single}が好きです。
{thing.thisis} {price}. = この{thing}は{price}です。
It is {price}. | That is {price}. = {price}です。
Do you have a {size} one? | Do you have anything {size}? = もっと{size}のはありますか。 | もっと{size}ものはありますか。
I lost my {mine}. | I have lost my {mine}. = {mine}をなくしました。
I forgot my {mine}. = {mine}を忘れました。
Where {mine.ismy}? = 私の{mine}はどこですか。
{mine.these} my {mine}. = これは私の{mine}です。
{mine.isthese} your {mine}? = これはあなたの{mine}ですか。
Someone stole my {mine}. = {mine}を盗まれました。 | {mine}が盗まれました。
May I borrow {thing.a}? | Can I borrow {thing.a}? = {thing}を借りてもいいですか。
{lack.thereisno}. = {lack}がありません。
May I use {machine.the}? | Can I use {machine.the}? = {machine}を使ってもいいですか。
Please turn on {machine.the}. = {machine}をつけてください。
Please turn off {machine.the}. = {machine}を消してください。
{shelf.theis} broken. | {shelf.the} does not work. = {shelf}が壊れています。 | {shelf}は壊れています。
Is the {furn} {side} the {furn2}? = {furn}は{furn2}の{side}にありますか。 | {furn}は{furn2}の{side}ですか。
{obj.theis} {pos} the {furn}. = {obj}は{furn}の{pos}にあります。 | {obj}は{furn}の{pos}です。
There is {animal.a} {pos} the {furn}. = {furn}の{pos}に{animal}がいます。
Where {obj.isthe}? = {obj}はどこですか。 | {obj}はどこにありますか。
Please pick up {obj.the}. = {obj}を取ってください。 | {obj}を拾ってください。
Please pick up the {color} {obj}. = {color}{obj}を取ってください。 | {color}{obj}を拾ってください。
Please bring me {obj.the}. | Please bring {obj.the}. = {obj}を持ってきてください。
Please bring me the {color} {obj}. | Please bring the {color} {obj}. = {color}{obj}を持ってきてください。
Please put {obj.the} {pos} the {furn}. | Please place {obj.the} {pos} the {furn}.
    = {obj}を{furn}の{pos}に置いてください。
Please put down the {color} {obj}. = {color}{obj}を置いてください。
Please look for the {color} {obj}. | Please find the {color} {obj}. = {color}{obj}を探してください。
Please push the {color} {obj}. = {color}{obj}を押してください。
I see {color.a} {single}. | I can see {color.a} {single}. = {color}{single}が見えます。
I see {animal.a}. | I can see {animal.a}. = {animal}が見えます。
Do you see the {color} {obj}? | Can you see the {color} {obj}? = {color}{obj}が見えますか。
{obj.theis} {color}. = {obj}は{color.noun}です。
What is {pos} the {furn}? = {furn}の{pos}に何がありますか。
Please go forward {meters}. | Please move forward {meters}. = {meters}前に進んでください。
    | 前に{meters}進んでください。
Please go back {meters}. | Please move back {meters}. = {meters}後ろに下がってください。 | 後ろに{meters}下がってください。
Please turn {dir} {degrees}. | Please turn {degrees} {dir}. = {dir}に{degrees}回ってください。
    | {degrees}{dir}に回ってください。
Please turn {dir}. | Please turn to the {dir}. = {dir}に曲がってください。 | {dir}に回ってください。
Please look {gaze}. = {gaze}を見てください。
Please wait {minutes}. | Please wait for {minutes}. = {minutes}待ってください。
This is my {kin}. = こちらは私の{kin}です。 | 私の{kin}です。
My {family} lives in {town}. = {family}は{town}に住んでいます。 | 私の{family}は{town}に住んでいます。
My {family} is {job.a}. = {family}は{job}です。 | 私の{family}は{job}です。
My {family} is {age}. = {family}は{age}です。 | 私の{family}は{age}です。
My {family} is {human}. = {family}は{human.pred}です。 | 私の{family}は{human.pred}です。
I came with my {kin}. = {kin}と来ました。 | {kin}と一緒に来ました。
I am waiting for my {kin}. = {kin}を待っています。
I met my {family} {past}. = {past}、{family}に会いました。
How is your {yours}? = {yours}はお元気ですか。 | {yours}は元気ですか。
I am {job.a}. | I work as {job.a}. = 私は{job}です。
Are you {job.a}? = あなたは{job}ですか。
I want to be {job.a}. | I want to become {job.a}. = {job}になりたいです。
I have {pet.a}. = {pet}を飼っています。
I have {counted} {beast.pl}. = {beast}を{counted}匹飼っています。
Do you have {pet.a}? = {pet}を飼っていますか。
I have {heads} children. = 子どもが{heads}います。
I am {age}. = {age}です。
My hobby is {hobby}. = 趣味は{hobby}です。 | 私の趣味は{hobby}です。
Are you interested in {hobby}? = {hobby}に興味がありますか。 | {hobby}に興味はありますか。
I am interested in {hobby}. = {hobby}に興味があります。
I play {sport} {daily}. = {daily}{sport}をします。
I play {sport} on {day}s. | I play {sport} on {day}. = {day}に{sport}をします。
Do you play {sport}? = {sport}をしますか。
Can you play {sport}? = {sport}ができますか。
I want to play {sport}. = {sport}をしたいです。 | {sport}がしたいです。
I played {sport} {past}. = {past}、{sport}をしました。
I will play {sport} {when}. = {when}、{sport}をします。
Let's play {sport} {when}. = {when}、{sport}をしましょう。
I played {sport} with my {kin}. = {kin}と{sport}をしました。
I am learning the {instrument}. | I am learning to play the {instrument}. = {instrument}を習っています。
I play the {instrument} {daily}. = {daily}{instrument}を弾きます。
Let's play {sport}. = {sport}をしましょう。
I can play the {instrument}. = {instrument}が弾けます。 | {instrument}を弾けます。
Can you play the {instrument}? = {instrument}が弾けますか。 | {instrument}を弾けますか。
It is {clock}. | It is {clock} now. = {clock}です。 | 今、{clock}です。
It is {ampm}. = {ampm}です。
The {line} leaves at {clock}. | The {line} departs at {clock}. = {line}は{clock}に出ます。
    | {line}は{clock}に出発します。
The {line} arrives at {clock}. = {line}は{clock}に着きます。
I get up at {clock}. | I wake up at {clock}. = {clock}に起きます。
I go to bed at {clock}. = {clock}に寝ます。
Please wake me up at {clock}. = {clock}に起こしてください。
I have a reservation for {clock}. | I have a reservation at {clock}. = {clock}に予約があります。
    | {clock}に予約しています。
{place.the} opens at {hour}. = {place}は{hour}に開きます。
{place.the} is open from {hour} to {hour2}. = {place}は{hour}から{hour2}まで開いています。
I work from {hour} to {hour2}. = {hour}から{hour2}まで働きます。 | {hour}から{hour2}まで働いています。
Let's meet on {day} at {clock}. = {day}の{clock}に会いましょう。
Today is {day}. | It is {day} today. = 今日は{day}です。
Tomorrow is {day}. = 明日は{day}です。
Today is {date}. = 今日は{date}です。
My birthday is {date}. = 誕生日は{date}です。 | 私の誕生日は{date}です。
The party is on {date}. = パーティーは{date}です。
I am busy on {day}. = {day}は忙しいです。
I am free on {day}. = {day}は暇です。
Are you free on {day}? = {day}は暇ですか。
See you on {day}. = また{day}に会いましょう。 | また{day}に。
I will come back in {month}. = {month}に戻ってきます。 | {month}に戻ります。
It takes {minutes}. = {minutes}かかります。
It takes {hours} by {vehicle}. = {vehicle}で{hours}かかります。
It takes {minutes} on foot. = 歩いて{minutes}かかります。
I will stay for {stay}. | I am staying for {stay}. = {stay}泊まります。
A room for {nights}, please. = {nights}お願いします。 | {nights}でお願いします。
My room number is {roomno}. = 部屋の番号は{roomno}です。 | 私の部屋の番号は{roomno}です。 | 部屋番号は{roomno}です。
The {line} to {city} leaves from {platform}. = {city}行きの{line}は{platform}から出ます。
A table for {heads}, please. = {heads}の席をお願いします。 | {heads}です。
I came by {vehicle}. = {vehicle}で来ました。
I go to work by {vehicle}. = {vehicle}で仕事に行きます。 | 仕事に{vehicle}で行きます。
Can I go there by {vehicle}? | Can I get there by {vehicle}? = {vehicle}で行けますか。
Let's go by {vehicle}. | Let's take the {vehicle}. = {vehicle}で行きましょう。
The {ride} is late. | The {ride} is delayed. = {ride}が遅れています。 | {ride}は遅れています。
I missed the {ride}. = {ride}に乗り遅れました。
It is {heat} today. = 今日は{heat.pred}です。
It was {heat} {past}. = {past}は{heat.past}。
Is it {heat} in {town}? = {town}は{heat.pred}ですか。
It is very {heat} in {town}. = {town}はとても{heat.pred}です。
It is {temp} today. = 今日は{temp}です。
How is the weather in {town}? = {town}の天気はどうですか。
My {body} hurts. | My {body.pl} hurt. | I have a pain in my {body}. = {body}が痛いです。
Does your {body} hurt? = {body}が痛いですか。
I hurt my {body}. | I injured my {body}. = {body}をけがしました。
Please show me your {body}. = {body}を見せてください。
I need {help.an}. | I need {help.a}. = {help}が必要です。 | {help}がいります。
Do you need {help.an}? = {help}が必要ですか。 | {help}は必要ですか。
I do not need {help.an}. = {help}は必要ありません。 | {help}はいりません。
My name is {name}. = 私の名前は{name}です。 | 名前は{name}です。
I am {name}. = {name}です。
Nice to meet you, {name}. = はじめまして、{name}さん。
Good morning, {name}. = {name}さん、おはようございます。 | おはようございます、{name}さん。
Thank you, {name}. = {name}さん、ありがとうございます。 | ありがとうございます、{name}さん。
Who is {name}? = {name}さんは誰ですか。
Hello, this is {person}. = もしもし、{person}です。
May I speak to {person}? | Can I speak to {person}? = {person}さんをお願いします。
Is {person} there? = {person}さんはいますか。 | {person}さんはいらっしゃいますか。
Are you {person}? = {person}さんですか。
My phone number is {phoneno}. = 電話番号は{phoneno}です。 | 私の電話番号は{phoneno}です。
I am {state}. = {state}。
Are you {state}? = {state}か。
I am very {state}. = とても{state}。
I want to {verb}. | I would like to {verb}. = {verb.masu}たいです。
I do not want to {verb}. = {verb.masu}たくないです。 | {verb.masu}たくありません。
Do you want to {verb}? | Would you like to {verb}? = {verb.masu}たいですか。
May I {verb}? | Is it okay to {verb}? = {verb.te}もいいですか。
Can I {verb} here? | May I {verb} here? = ここで{verb.te}もいいですか。
Let's {verb}. = {verb.masu}ましょう。
Let's {verb} together. = 一緒に{verb.masu}ましょう。
Let's {verb} {when}. = {when}、{verb.masu}ましょう。
Shall we {verb}? = {verb.masu}ましょうか。
Please {verb}. = {verb.te}ください。
Please do not {verb}. = {verb.nai}ないでください。
You must not {verb}. = {verb.te}はいけません。 | {verb.te}はだめです。
You must not {verb} here. = ここで{verb.te}はいけません。
I have to {verb}. | I must {verb}. = {verb.nai}なければなりません。 | {verb.nai}ないといけません。
I can {verb}. = {verb}ことができます。
I cannot {verb}. = {verb}ことができません。
Can you {verb}? = {verb}ことができますか。
Where can I {verb}? = どこで{verb}ことができますか。
I am {doing.ing}. | I am {doing.ing} now. = {doing.te}います。 | 今、{doing.te}います。
Are you {doing.ing}? = {doing.te}いますか。
My {family} is {doing.ing}. = {family}は{doing.te}います。 | 私の{family}は{doing.te}います。
I {verb.past} {past}. = {past}、{verb.masu}ました。
I did not {verb} {past}. = {past}、{verb.masu}ませんでした。
Did you {verb} {past}? = {past}、{verb.masu}ましたか。
I will {verb} {when}. = {when}、{verb.masu}ます。
Will you {verb} {when}? = {when}、{verb.masu}ますか。
I {verb} {daily}. = {daily}{verb.masu}ます。
I {verb} on {day}s. = {day}に{verb.masu}ます。
Do you {verb} {daily}? = {daily}{verb.masu}ますか。
I like to {verb}. = {verb}のが好きです。 | {verb}ことが好きです。
{he} is {job.a}. = {he}は{job}です。
Is {he} {job.a}? = {he}は{job}ですか。
{he} is {human}. = {he}は{human.pred}です。
{he} is my {kin}. = {he}は私の{kin}です。
{he} is {people}. = {he}は{people}です。
{he} lives in {town}. = {he}は{town}に住んでいます。
{he} likes {liked.pl}. = {he}は{liked}が好きです。
{he} speaks {lang}. | {he} can speak {lang}. = {he}は{lang}を話します。 | {he}は{lang}が話せます。
{he} is {doing.ing}. = {he}は{doing.te}います。
{he} went to {goal.the} {past}. = {he}は{past}、{goal}に行きました。 | {past}、{he}は{goal}に行きました。
{he} has {pet.a}. = {he}は{pet}を飼っています。
{he} wants to {verb}. = {he}は{verb.masu}たがっています。
We are from {town}. | We come from {town}. = 私たちは{town}から来ました。
We want to {verb}. | We would like to {verb}. = 私たちは{verb.masu}たいです。
We are going to {goal.the}. | We will go to {goal.the}. = 私たちは{goal}に行きます。
We live in {town}. = 私たちは{town}に住んでいます。
The {animal} is {pos} the {furn}. = {animal}は{furn}の{pos}にいます。
The {animal} is {act.ing}. = {animal}は{act.te}います。
This {animal} is {look}. = この{animal}は{look.pred}です。
The {animal} is {look}. = {animal}は{look.pred}です。
My {pet} is {color}. = 私の{pet}は{color.noun}です。
My {pet} is {look}. = 私の{pet}は{look.pred}です。
I am eating {food.pl}. = {food}を食べています。
I am drinking {drink}. = {drink}を飲んでいます。
{thing.these} {thing.an}. = これは{thing}です。
{thing.isthese} {thing.an}? = これは{thing}ですか。
That is {animal.a}. = あれは{animal}です。 | それは{animal}です。
I have {mine.an}. | I have {mine.a}. = {mine}を持っています。
I do not have {mine.an}. | I have no {mine.pl}. = {mine}を持っていません。
Do you have your {mine}? = {mine}を持っていますか。
My favorite food is {food.pl}. = 一番好きな食べ物は{food}です。
My favorite color is {color}. = 一番好きな色は{color.noun}です。
I want to learn {lang}. = {lang}を習いたいです。 | {lang}を学びたいです。
I went to {goal.the} with my {kin}. = {kin}と{goal}に行きました。 | {kin}と一緒に{goal}に行きました。
What time does the {ride} leave? | When does the {ride} leave? = {ride}は何時に出ますか。
What time does the {ride} arrive? | When does the {ride} arrive? = {ride}は何時に着きますか。
"""

FIXED = """
Hello. | Hi. | Good afternoon. = こんにちは。
Good morning. = おはようございます。 | おはよう。
Good evening. = こんばんは。
Good night. = おやすみなさい。 | おやすみ。
Goodbye. | Good-bye. | Bye. = さようなら。
Thank you. | Thanks. = ありがとうございます。 | ありがとう。
Thank you very much. | Thanks a lot. | Many thanks. = どうもありがとうございます。 | どうもありがとう。
Thank you for your help. = 手伝ってくれてありがとうございます。
You are welcome. | No problem. = どういたしまして。
Excuse me. = すみません。
I am sorry. | Sorry. | I'm so sorry. = ごめんなさい。
Please. = お願いします。
Yes. = はい。
No. = いいえ。
Yes, please. = はい、お願いします。
No, thank you. | No thanks. = いいえ、けっこうです。
Nice to meet you. | Pleased to meet you. = はじめまして。
How are you? = お元気ですか。 | 元気ですか。
I am fine, thank you. = はい、元気です。
And you? = あなたは？
What is your name? = お名前は何ですか。 | あなたの名前は何ですか。 | 名前は何ですか。
Where are you from? = どちらから来ましたか。 | どこから来ましたか。
Where do you live? = どこに住んでいますか。
How old are you? = 何歳ですか。 | おいくつですか。
What do you do? | What is your job? = お仕事は何ですか。 | 仕事は何ですか。
See you tomorrow. = また明日。
See you later. | See you. = またあとで。 | また後で。
See you next week. = また来週。
Let's meet again. = また会いましょう。
Take care. | Be careful. = 気をつけて。 | お気をつけて。 | 気をつけてください。
Welcome. = ようこそ。
Welcome to Japan. = 日本へようこそ。
Congratulations. = おめでとうございます。 | おめでとう。
Happy birthday. = 誕生日おめでとうございます。 | お誕生日おめでとうございます。
Happy New Year. = 明けましておめでとうございます。
Merry Christmas. = メリークリスマス。
Good luck. = がんばってください。 | がんばって。
Cheers. = かんぱい。
Have a nice day. | Have a good day. = よい一日を。
Have a nice trip. | Have a good trip. = よい旅を。
Have a nice weekend. = よい週末を。
I am home. = ただいま。
Welcome home. | Welcome back. = おかえりなさい。 | おかえり。
Long time no see. = お久しぶりです。
I understand. | I see. = わかりました。
I do not understand. = わかりません。
Do you understand? = わかりますか。
I do not know. = 知りません。
Really? = 本当ですか。
That is right. = そうです。
Of course. = もちろんです。 | もちろん。
Maybe. | Perhaps. = たぶん。
I think so. = そう思います。
I do not think so. = そう思いません。 | そうは思いません。
That is a good idea. | Good idea. = いい考えですね。
Never mind. | Don't worry about it. = 気にしないでください。
It is okay. | It is all right. = 大丈夫です。
Are you okay? | Are you all right? = 大丈夫ですか。
Please say that again. | Could you say that again? | Can you repeat that? = もう一度言ってください。
Please speak slowly. | Please speak more slowly. = ゆっくり話してください。 | もっとゆっくり話してください。
Please write it down. = 書いてください。
What does this mean? = これはどういう意味ですか。
What is this? = これは何ですか。
What is that? = あれは何ですか。 | それは何ですか。
Who is that? = あの人は誰ですか。
Who are you? = あなたは誰ですか。
Where is it? = どこですか。
When? = いつですか。
Why? = なぜですか。 | どうしてですか。
How? = どうやってですか。
Which one? = どれですか。
What happened? = どうしましたか。
What is wrong? = どうかしましたか。
I am a tourist. = 私は観光客です。
I am here on vacation. | I am on vacation. = 休暇で来ました。
I am here on business. = 仕事で来ました。
This is my first time in Japan. = 日本は初めてです。
I like Japan very much. | I love Japan. = 日本が大好きです。
I am lost. = 道に迷いました。
Where am I? = ここはどこですか。
Please show me on the map. = 地図で見せてください。
Please go straight. | Go straight ahead. = まっすぐ行ってください。
It is over there. = あそこです。
It is here. = ここです。
It is far. = 遠いです。
It is near. | It is close. = 近いです。
Please stop here. = ここで止まってください。 | ここで止めてください。
Please stop. = 止まってください。 | 止まって。
Please wait a moment. | Just a moment, please. | One moment, please. = 少々お待ちください。 | ちょっと待ってください。
Please hurry. | Hurry up. = 急いでください。
I am in a hurry. = 急いでいます。
Please come here. = ここに来てください。 | こちらに来てください。
Please follow me. = ついてきてください。
Please come in. = お入りください。 | 入ってください。
Please sit down. | Please take a seat. = 座ってください。 | お座りください。
Please stand up. = 立ってください。
Please go ahead. | After you. = お先にどうぞ。
Here you are. | Here you go. = はい、どうぞ。 | どうぞ。
How much is it? | How much does it cost? = いくらですか。
How much is this? = これはいくらですか。
How much is it in total? = 全部でいくらですか。
That is too expensive. | It is too expensive. = 高すぎます。
It is cheap. = 安いです。
Can you make it cheaper? | Can you lower the price? = 安くしてもらえますか。
I will take this. | I will take it. = これにします。
This one, please. | Please give me this. = これをください。
I am just looking. = 見ているだけです。
May I try this on? | Can I try this on? = 試着してもいいですか。
Where is the fitting room? = 試着室はどこですか。
Do you have another color? = ほかの色はありますか。
Can I pay by credit card? | Do you take credit cards? | Do you accept credit cards?
    = クレジットカードは使えますか。
I will pay in cash. = 現金で払います。
A receipt, please. = 領収書をください。 | レシートをください。
A bag, please. = 袋をください。
I do not need a bag. = 袋はいりません。
I have no money on me. = 今、お金がありません。
What is your favorite food? = 一番好きな食べ物は何ですか。
What is your favorite color? = 一番好きな色は何ですか。
I like you. = あなたが好きです。
Do not worry. = 心配しないでください。
What are you doing? = 何をしていますか。
Where are you? = どこにいますか。
Where are you going? = どこに行きますか。
What do you want? = 何がほしいですか。
What did you say? = 何と言いましたか。
I like it. = 気に入りました。
Can you help me? = 手伝ってくれますか。 | 手伝ってもらえますか。
See you soon. = またすぐに会いましょう。
What did you do yesterday? = 昨日、何をしましたか。
What are you doing tomorrow? = 明日、何をしますか。
The menu, please. | Please show me the menu. | Can I see the menu? = メニューを見せてください。 | メニューをお願いします。
The bill, please. | The check, please. | Can I have the bill? = お会計をお願いします。
What do you recommend? = おすすめは何ですか。
The same for me, please. = 同じものをお願いします。 | 同じものをください。
I am a vegetarian. | I am vegetarian. = 私はベジタリアンです。
I have food allergies. = 食べ物のアレルギーがあります。
It is delicious. | This is delicious. = おいしいです。
It was delicious. | It was very good. = おいしかったです。
I am full. = お腹がいっぱいです。
Thank you for the food. | Bon appetit. = いただきます。
Thank you for the meal. = ごちそうさまでした。
I did not order this. = これは注文していません。
Is this spicy? = これは辛いですか。
One more, please. | Another one, please. = もう一つください。 | もう一つお願いします。
Is this seat taken? | Is this seat free? = この席は空いていますか。
I have a reservation. = 予約があります。 | 予約しています。
I do not have a reservation. = 予約はしていません。 | 予約がありません。
I would like to make a reservation. | I want to make a reservation. = 予約したいです。 | 予約をしたいです。
I want to cancel my reservation. = 予約を取り消したいです。 | 予約をキャンセルしたいです。
Do you have a room available? | Do you have any rooms? = 空いている部屋はありますか。 | 部屋は空いていますか。
How much is it per night? = 一泊いくらですか。
A single room, please. = シングルルームをお願いします。
A double room, please. = ダブルルームをお願いします。
I would like to check in. | Check-in, please. = チェックインをお願いします。
I would like to check out. | Check-out, please. = チェックアウトをお願いします。
What time is check-out? = チェックアウトは何時ですか。
What time is check-in? = チェックインは何時ですか。
Please keep my luggage. | Can you keep my luggage? = 荷物をあずかってください。
Is there Wi-Fi? | Do you have Wi-Fi? = Wi-Fiはありますか。
What is the password? | What is the Wi-Fi password? = パスワードは何ですか。
There is no hot water. = お湯が出ません。
The room is too cold. = 部屋が寒すぎます。
The room is too hot. = 部屋が暑すぎます。
It is too noisy. = うるさすぎます。
What time is it? | What time is it now? = 何時ですか。 | 今何時ですか。
What day is it today? = 今日は何曜日ですか。
What is the date today? = 今日は何日ですか。
When is your birthday? = 誕生日はいつですか。
What time shall we meet? = 何時に会いましょうか。
I am late. = 遅れました。
Sorry I am late. | I am sorry I am late. = 遅れてすみません。
I do not have time. | I have no time. = 時間がありません。
When does it start? = いつ始まりますか。
When does it end? = いつ終わりますか。
How long does it take? = どのくらいかかりますか。 | どれくらいかかりますか。
Where do I change trains? = どこで乗り換えますか。
Where do I get off? = どこで降りますか。
I want to get off here. | I get off here. = ここで降ります。
What is the next station? = 次の駅はどこですか。
When is the last train? = 終電は何時ですか。 | 終電はいつですか。
A one-way ticket, please. = 片道切符をください。
A round-trip ticket, please. | A return ticket, please. = 往復切符をください。
A window seat, please. = 窓側の席をお願いします。
May I sit here? | Can I sit here? = ここに座ってもいいですか。
Please stay here. = ここにいてください。
To this address, please. = この住所までお願いします。
Help! | Help me! | Please help me. = 助けてください。 | 助けて。
Please call an ambulance. = 救急車を呼んでください。
Please call the police. = 警察を呼んでください。
Please call a doctor. = 医者を呼んでください。
Fire! | It is a fire! = 火事です。 | 火事だ。
It is an emergency. | This is an emergency. = 緊急です。
Watch out! = 危ない。
It is dangerous. = 危ないです。
I feel sick. | I do not feel well. = 気分が悪いです。
I have a fever. = 熱があります。
I have a cold. | I caught a cold. = 風邪をひきました。
I have a cough. = せきが出ます。
I have a headache. = 頭痛がします。
I have a stomachache. = 腹痛がします。
I feel dizzy. | I am dizzy. = めまいがします。
Take this medicine three times a day. = この薬を一日三回飲んでください。
Get well soon. | Take care of yourself. = お大事に。
How is the weather today? | What is the weather like today? = 今日の天気はどうですか。
It is raining. | It is raining now. = 雨が降っています。
It is snowing. | It is snowing now. = 雪が降っています。
It is sunny today. = 今日は晴れです。 | 今日は晴れています。
It is cloudy today. = 今日は曇りです。 | 今日は曇っています。
It is windy today. = 今日は風が強いです。
Will it rain tomorrow? = 明日は雨が降りますか。
It will rain tomorrow. = 明日は雨が降ります。 | 明日は雨が降るでしょう。
It will snow tomorrow. = 明日は雪が降ります。 | 明日は雪が降るでしょう。
It will be sunny tomorrow. = 明日は晴れるでしょう。 | 明日は晴れます。
The weather is nice today. | Nice weather today. = 今日はいい天気です。 | いい天気ですね。
The cherry blossoms are beautiful. = 桜がきれいです。
I am married. = 結婚しています。
I am not married. = 結婚していません。
Are you married? = 結婚していますか。
Do you have children? | Do you have any children? = 子どもはいますか。
Do you have brothers or sisters? | Do you have any siblings? = 兄弟はいますか。
How many people are in your family? = 何人家族ですか。
I have an older brother. = 兄がいます。
I have a younger brother. = 弟がいます。
I have an older sister. = 姉がいます。
I have a younger sister. = 妹がいます。
What is your hobby? | What are your hobbies? = 趣味は何ですか。
What food do you like? = どんな食べ物が好きですか。
What music do you like? = どんな音楽が好きですか。
That was fun. | It was fun. = 楽しかったです。
It is beautiful. = きれいです。
It is interesting. = 面白いです。
It is difficult. = 難しいです。
It is easy. = 簡単です。
I love you. = 愛しています。 | 大好きです。
I miss you. = 会いたいです。
Where do you work? = どこで働いていますか。
I work at a bank. = 銀行で働いています。
I work at home. | I work from home. = 家で働いています。
I have a meeting today. = 今日は会議があります。
The meeting starts at 10 o'clock. = 会議は10時に始まります。
Today is my day off. = 今日は休みです。
Good work today. = お疲れ様でした。
Let's begin. | Let's start. = 始めましょう。
Let's take a break. = 少し休みましょう。
Let's go. = 行きましょう。
Please help me with my work. = 仕事を手伝ってください。
Please send me an email. = メールを送ってください。
What is your phone number? = 電話番号は何番ですか。 | 電話番号は何ですか。 | 電話番号を教えてください。
What is your email address? = メールアドレスは何ですか。
< Hello? = もしもし。
Who is calling? | Who is this? = どちら様ですか。
You have the wrong number. = 番号が違います。 | 番号を間違えています。
I will call again later. | I will call back later. = またあとで電話します。 | また後で電話します。
Please call me. = 電話してください。
I cannot hear you. = 聞こえません。
Please speak louder. = もっと大きい声で話してください。
Please turn around. = 後ろを向いてください。
Please go back. | Please move back. = 後ろに下がってください。
Please go forward. | Please move forward. = 前に進んでください。
Please go faster. = もっと速く進んでください。
Please slow down. | Please go slower. = もっとゆっくり進んでください。
Please start the camera. = カメラを起動してください。
Please zoom in. = ズームしてください。
What do you see? | What can you see? = 何が見えますか。
What color is it? = 何色ですか。
How many are there? = いくつありますか。
How many people are there? = 何人いますか。
Is anyone there? = 誰かいますか。
There is nobody there. | Nobody is here. = 誰もいません。
Please put it down. = それを置いてください。
Please pick it up. = それを取ってください。
Please give it to me. = それをください。
Please do not touch it. | Do not touch. = さわらないでください。
Please do not move. = 動かないでください。
Please open the door. = ドアを開けてください。
Please open the box. = 箱を開けてください。
Please close the box. = 箱を閉めてください。
Please close the window. = 窓を閉めてください。
Please be quiet. = 静かにしてください。
Please listen. = 聞いてください。
Please look at this. = これを見てください。
Please try again. = もう一度やってください。
Please do it again. = もう一度してください。
I am ready. = 準備ができました。
I am finished. | I am done. = 終わりました。
I found it. = 見つけました。
I cannot find it. = 見つかりません。
I made a mistake. = 間違えました。
What should I do? = どうすればいいですか。
May I help you? | Can I help you? = お手伝いしましょうか。
Please teach me Japanese. = 日本語を教えてください。
Your Japanese is good. | You speak Japanese well. = 日本語が上手ですね。
I am fine. = 元気です。
May I ask you a question? | Can I ask a question? = 質問してもいいですか。
I am from Mars. = 火星から来ました。
I am a robot. = 私はロボットです。
It is free. = 無料です。
Is it free? = 無料ですか。
I am looking forward to it. = 楽しみにしています。
Please pay attention. = 注意してください。
"""

# Sentences of which the phrasebook knows nothing: English and Japanese parts, joined in order.
UNKNOWN_ENGLISH = (
    """the committee; the professor; the government; our company; the editor; a lonely wizard;
    the astronaut; the jury; the general; my landlord; the orchestra; the poet; the senator;
    an ancient dragon; the plumber; the philosopher""",
    """approved; rejected; criticized; discovered; destroyed; translated; published; repaired;
    investigated; ignored; improved; examined; abandoned; designed; denied""",
    """the annual budget; a secret formula; the contract; an invisible bridge; the latest theory;
    the legal proposal; a frozen volcano; the satellite; the ancient manuscript; the tax reform;
    the broken engine; a huge monument; the chemical factory; the election result; his memoirs""",
    """; ; last century; with great patience; without any reason; despite the protests; on purpose;
    because of inflation; under strict conditions; after the earthquake""",
)
UNKNOWN_JAPANESE = (
    "政府は; 教授は; 大統領は; 研究者は; 社長は; 王様は",
    "予算を; 法律を; 論文を; 契約を; 秘密を",
    "承認しました。; 発見しました。; 調査しました。; 批判しました。; 計算しました。",
)
UNKNOWN_JAPANESE_FRAMES = """{}はどこですか。; この{}はいくらですか。; {}がほしいです。;
    {}を買いたいです。; {}を探しています。; {}をください。; {}が見えます。; これは私の{}です。"""
UNKNOWN_JAPANESE_NOUNS = """ヘリコプター; ピラミッド; トロンボーン; ダイヤモンド; パラシュート; ハンモック;
    ワニ; タコ; サボテン; モーター; アンテナ; ハープ; キリマンジャロ; マンホール; スクーター; ドリル; ロケット;
    レンズ; カヌー; マイク; ヨット; ギヤ"""
UNKNOWN_FRAMES = """Where is the {}?; I want to buy a {}.; I lost my {}.; How much is this {}?;
    Is there a {} near here?; Do you have a {}?; I am looking for a {}.; This is my {}.;
    I need a {}.;
    The {} is broken.; I like this {}.; Please bring me the {}.; I can see a {}."""
UNKNOWN_NOUNS = """observatory; microscope; volcano; parliament; submarine; lawn mower; cathedral;
    telescope; skyscraper; trombone; wheelbarrow; screwdriver; greenhouse; lighthouse;
    parachute; chainsaw; chandelier; monastery; crocodile; cactus; saxophone; mortgage; subpoena;
    blacksmith; diaphragm; hammock; typewriter; anchor; compass; lobbyist; stethoscope; algorithm;
    spreadsheet; glacier; waterfall; windmill; helicopter; hedgehog; octopus; pumpkin; spatula"""
UNKNOWN_WORDS = """photosynthesis; bureaucracy; jurisdiction; entropy; nostalgia; mortgage;
    metaphor; constitution; hypothesis; inflation; procrastination; irony; ecosystem; molecule;
    democracy; gravity; algebra; monopoly; perseverance; serendipity; paradox; shareholder;
    skeleton;
    velocity; wisdom; ambiguity; empire; prophecy; chemistry; philosophy"""
UNKNOWN_LANGUAGES = """French; Spanish; German; Italian; Chinese; Korean; Russian; Portuguese;
    Arabic; Latin; Dutch; Turkish; Greek; Hindi; Swedish; Polish"""
UNKNOWN_ANSWER = "That is beyond my phrasebook."
