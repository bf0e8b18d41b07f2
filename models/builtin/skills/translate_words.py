"""The words of the English-Japanese phrasebook, and the forms in which sentences use them.

NOUNS and the like are written as "english=japanese", separated by semicolons. Synonyms are joined
by "|", the first is the one to answer with. An English noun is countable ("bag", "knife/knives"),
not countable ("~bread"), plural ("*shoes") or a name ("@Tokyo").
"""

import itertools

NOUNS = {
    "place": """station|train station=駅; airport=空港; hotel=ホテル; hospital=病院; bank=銀行;
        post office=郵便局; museum=博物館; art museum=美術館; library/libraries=図書館; park=公園;
        school=学校; university/universities=大学; supermarket=スーパー;
        convenience store=コンビニ; restaurant=レストラン; pharmacy/pharmacies|drugstore=薬局;
        police station=警察署; bus stop=バス停; market=市場; temple=お寺; shrine=神社;
        castle=お城; beach/beaches=海岸; bookstore|bookshop=本屋; cafe|coffee shop=カフェ;
        bakery/bakeries=パン屋; movie theater|cinema=映画館; zoo=動物園; aquarium=水族館;
        church/churches=教会; department store=デパート; swimming pool|pool=プール;
        parking lot|car park=駐車場; gas station=ガソリンスタンド;
        subway station=地下鉄の駅; stadium=スタジアム; factory/factories=工場;
        hot spring=温泉; flower shop=花屋; river=川; lake=湖;
        bridge=橋; bar=バー; port|harbor=港; toy store|toy shop=おもちゃ屋""",
    "spot": """restroom|bathroom|toilet=トイレ; elevator=エレベーター; escalator=エスカレーター;
        exit=出口; entrance=入口; ticket office=切符売り場;
        front desk|reception=フロント; ATM|cash machine=ATM; locker=ロッカー;
        waiting room=待合室; lobby/lobbies=ロビー; taxi stand=タクシー乗り場;
        checkout|cash register=レジ""",
    "city": """@Tokyo=東京; @Kyoto=京都; @Osaka=大阪; @Nagoya=名古屋; @Sapporo=札幌; @Hiroshima=広島;
        @Yokohama=横浜; @Kobe=神戸; @Okinawa=沖縄; @London=ロンドン;
        @Paris=パリ; @New York=ニューヨーク; @Berlin=ベルリン; @Rome=ローマ""",
    "stop": """@Tokyo Station=東京駅; @Kyoto Station=京都駅; @Osaka Station=大阪駅; @Nagoya Station=名古屋駅;
        @Yokohama Station=横浜駅; @Kobe Station=神戸駅; @Tokyo Tower=東京タワー; @Mount Fuji|@Mt. Fuji=富士山""",
    "he": "@he=彼; @she=彼女",
    "country": """@Japan=日本; @America|@the United States|@the USA=アメリカ;
        @England|@the UK=イギリス; @Germany=ドイツ; @France=フランス; @Italy=イタリア; @Spain=スペイン;
        @China=中国; @Korea|@South Korea=韓国; @India=インド; @Canada=カナダ; @Brazil=ブラジル;
        @Australia=オーストラリア; @Mexico=メキシコ; @Switzerland=スイス""",
    "people": """@Japanese=日本人; @American=アメリカ人; @English|@British=イギリス人; @German=ドイツ人;
        @French=フランス人; @Italian=イタリア人; @Spanish=スペイン人; @Chinese=中国人; @Korean=韓国人;
        @Indian=インド人; @Canadian=カナダ人; @Brazilian=ブラジル人; @Australian=オーストラリア人;
        @Mexican=メキシコ人; @Swiss=スイス人""",
    "lang": """@English=英語; @Japanese=日本語; @German=ドイツ語; @French=フランス語;
        @Italian=イタリア語; @Spanish=スペイン語; @Chinese=中国語; @Korean=韓国語""",
    "food": """~bread=パン; ~rice=ご飯; ~meat=肉; ~fish=魚; ~chicken=とり肉; ~beef=牛肉; ~pork=豚肉;
        egg=卵; vegetable=野菜; ~fruit=くだもの; ~salad=サラダ; ~soup=スープ; ~sushi=寿司; ~ramen=ラーメン;
        ~tempura=天ぷら; ~curry=カレー; ~udon=うどん; ~soba=そば; ~pizza=ピザ; ~cheese=チーズ;
        ~butter=バター; ~chocolate=チョコレート; ~ice cream=アイスクリーム; ~cake=ケーキ; apple=りんご;
        orange=オレンジ; banana=バナナ; strawberry/strawberries=いちご; *grapes=ぶどう;
        peach/peaches=もも; tomato/tomatoes=トマト; potato/potatoes=じゃがいも; onion=たまねぎ;
        carrot=にんじん; ~tofu=とうふ; rice ball=おにぎり; sandwich/sandwiches=サンドイッチ;
        hamburger=ハンバーガー; *nuts=ナッツ; ~shrimp=えび; ~crab=かに; lemon=レモン; melon=メロン;
        ~spaghetti=スパゲッティ; cookie=クッキー; mushroom=きのこ; *beans=豆; ~steak=ステーキ""",
    "spice": """~sugar=砂糖; ~salt=塩; ~pepper=こしょう; ~soy sauce=しょうゆ; ~wasabi=わさび;
        ~garlic=にんにく; ~honey=はちみつ; ~jam=ジャム""",
    "drink": """~water=水; ~hot water=お湯; ~tea=お茶; ~green tea=緑茶; ~black tea=紅茶;
        ~coffee=コーヒー; ~milk=牛乳; ~juice=ジュース; ~orange juice=オレンジジュース;
        ~apple juice=りんごジュース; ~beer=ビール; ~red wine=赤ワイン; ~white wine=白ワイン; ~wine=ワイン;
        ~sake=日本酒; ~cola|~coke=コーラ; ~tomato juice=トマトジュース""",
    "cup": """coffee=コーヒー; beer=ビール; cola=コーラ; orange juice=オレンジジュース; salad=サラダ;
        sandwich/sandwiches=サンドイッチ; hamburger=ハンバーガー; rice ball=おにぎり; apple=りんご;
        orange=オレンジ; peach/peaches=もも; egg=卵; cake=ケーキ; ice cream=アイスクリーム; lemon=レモン;
        tomato/tomatoes=トマト; onion=たまねぎ; melon=メロン; black tea=紅茶; green tea=緑茶""",
    "meal": "~breakfast=朝ご飯|朝食; ~lunch=昼ご飯|昼食; ~dinner=晩ご飯|夕食",
    "goods": """book=本; map=地図; umbrella=傘; bag=かばん; camera=カメラ; watch/watches=時計; hat=帽子;
        shirt=シャツ; jacket=ジャケット|上着; coat=コート; dress/dresses=ドレス; skirt=スカート;
        *shoes=靴; *socks=靴下; *glasses=めがね; *gloves=手袋; *pants|*trousers=ズボン; wallet=さいふ;
        newspaper=新聞; pen=ペン; pencil=えんぴつ; notebook=ノート;
        computer=パソコン;
        towel=タオル; ~soap=石けん; toothbrush/toothbrushes=歯ブラシ;
        plate=お皿; cup=カップ; spoon=スプーン; fork=フォーク; knife/knives=ナイフ; *chopsticks=おはし;
        toy=おもちゃ; postcard=はがき; stamp=切手; suitcase=スーツケース; bicycle|bike=自転車;
        guitar=ギター; sweater=セーター; necktie|tie=ネクタイ; ball=ボール;
        smartphone=スマホ""",
    "owned": """passport=パスポート; key=鍵; ticket=切符; phone=電話; ~luggage|~baggage=荷物; car=車;
        credit card=クレジットカード; ~money=お金; letter=手紙; ~medicine=薬; photo|picture=写真;
        room key=部屋の鍵""",
    "room": """*slippers=スリッパ; ~toilet paper=トイレットペーパー; ~shampoo=シャンプー;
        menu=メニュー; receipt=領収書""",
    "machine": """light=電気; TV|television=テレビ; heater=ヒーター; air conditioner=エアコン;
        radio=ラジオ; washing machine=洗濯機; shower=シャワー; printer=プリンター""",
    "furn": """table=テーブル; chair=いす; bed=ベッド; desk=つくえ; sofa=ソファー; shelf/shelves=たな;
        box/boxes=箱; tree=木""",
    "obj": """box/boxes=箱; ball=ボール; cup=カップ; book=本; bag=かばん; plate=お皿; pen=ペン; toy=おもちゃ;
        bottle=ボトル; block=ブロック; key=鍵; hat=帽子; towel=タオル; spoon=スプーン; flower=花;
        umbrella=傘; shirt=シャツ; pencil=えんぴつ; car=車; *shoes=靴; paper bag=紙袋""",
    "family": """mother|mom=母; father|dad=父; older sister|big sister=姉;
    younger sister|little sister=妹;
        older brother|big brother=兄; younger brother|little brother=弟; wife/wives=妻; husband=夫;
        son=息子; daughter=娘; grandmother|grandma=祖母; grandfather|grandpa=祖父""",
    "yours": """mother|mom=お母さん; father|dad=お父さん; wife/wives=奥さん; husband=ご主人;
        ~family=ご家族; son=息子さん; daughter=娘さん; older sister=お姉さん; older brother=お兄さん""",
    "friend": "friend=友達; ~family=家族; boss/bosses=上司; neighbor=隣の人",
    "job": """doctor=医者; nurse=看護師; teacher=教師|先生; student=学生; engineer=エンジニア; cook|chef=料理人;
        driver=運転手; police officer=警察官; musician=音楽家; writer=作家;
        office worker=会社員; scientist=科学者; dentist=歯医者; singer=歌手; photographer=写真家;
        carpenter=大工; shop clerk=店員; pilot=パイロット; tour guide|guide=ガイド; designer=デザイナー;
        programmer=プログラマー""",
    "animal": """dog=犬; cat=猫; bird=鳥; rabbit=うさぎ; horse=馬; cow=牛; pig=豚; mouse/mice=ねずみ;
        elephant=ゾウ; lion=ライオン; tiger=トラ; bear=クマ; monkey=サル; panda=パンダ; snake=ヘビ; turtle=カメ;
        frog=かえる; sheep/sheep=ヒツジ; penguin=ペンギン; fox/foxes=きつね; duck=あひる; giraffe=きりん""",
    "beast": "dog=犬; cat=猫; mouse/mice=ねずみ; turtle=カメ; snake=ヘビ",
    "pet": "dog=犬; cat=猫; bird=鳥; rabbit=うさぎ; horse=馬; snake=ヘビ; turtle=カメ; mouse/mice=ねずみ",
    "sport": """~soccer|~football=サッカー; ~baseball=野球; ~tennis=テニス; ~basketball=バスケットボール;
        ~volleyball=バレーボール; ~golf=ゴルフ; ~chess=チェス;
        ~cards=トランプ; *video games=ゲーム; ~badminton=バドミントン""",
    "hobby": """~swimming=水泳; ~music=音楽; *movies=映画; ~reading=読書; ~cooking=料理; ~travel=旅行;
        ~fishing=つり; ~photography=写真; ~dancing|~dance=ダンス; ~skiing=スキー; ~hiking=ハイキング;
        ~yoga=ヨガ; ~shopping=買い物; ~karate=空手; ~anime=アニメ; ~manga=マンガ;
        ~history=歴史; ~art=美術; ~science=科学; *robots=ロボット; *computers=コンピューター""",
    "instrument": "piano=ピアノ; guitar=ギター; violin=バイオリン; drum=ドラム",
    "vehicle": """train=電車; bus/buses=バス; taxi=タクシー; subway=地下鉄; bicycle|bike=自転車; car=車;
        plane|airplane=飛行機; ship=船; bullet train|Shinkansen=新幹線""",
    "ride": """train=電車; bus/buses=バス; subway=地下鉄; plane|airplane=飛行機; ship=船;
        bullet train|Shinkansen=新幹線""",
    "line": "train=電車; bus/buses=バス; bullet train|Shinkansen=新幹線",
    "body": """head=頭; stomach=お腹; back=背中; tooth/teeth=歯; throat=のど; eye=目; ear=耳; leg=足; arm=うで;
        hand=手; knee=ひざ; finger=指; shoulder=かた; neck=首""",
    "help": """doctor=医者; ~help=助け; ~medicine=薬; interpreter=通訳; taxi=タクシー; receipt=領収書;
        wheelchair=車いす; ~money=お金; ~time=時間; guide=ガイド; dentist=歯医者; reservation=予約;
        ticket=切符; map=地図""",
    "season": "~spring=春; ~summer=夏; ~autumn|~fall=秋; ~winter=冬",
    "nature": "*mountains=山; ~snow=雪; ~rain=雨; *flowers=花; *stars=星; *children=子ども; *animals=動物",
    "day": """@Monday=月曜日; @Tuesday=火曜日; @Wednesday=水曜日; @Thursday=木曜日; @Friday=金曜日;
        @Saturday=土曜日; @Sunday=日曜日""",
    "name": """@Anna=アンナ; @Tom=トム; @Maria=マリア; @John=ジョン; @Emma=エマ; @David=デイビッド;
        @Lisa=リサ; @Peter=ピーター; @Mary=メアリー; @Paul=ポール; @Mike=マイク; @Kate=ケイト; @Leo=レオ;
        @Julia=ジュリア; @Max=マックス; @Laura=ローラ; @Ben=ベン; @Nina=ニーナ; @Alex=アレックス""",
    "person": """@Tanaka=田中; @Suzuki=鈴木; @Sato=佐藤; @Yamada=山田; @Takahashi=高橋;
        @Kobayashi=小林; @Yamamoto=山本; @Nakamura=中村; @Kimura=木村""",
    "when": "@tomorrow=明日; @tonight=今夜; @next week=来週; @this weekend=今週末; @next year=来年",
    "past": "@yesterday=昨日; @last week=先週; @last night=昨夜; @this morning=今朝; @last year=去年",
    "daily": "@every day=毎日; @every morning=毎朝; @every night|@every evening=毎晩; @every week=毎週",
    "pos": """@on=上; @under=下; @next to|@beside=隣; @in front of=前; @behind=後ろ; @near=近く""",
    "side": "@next to|@beside=隣; @in front of=前; @behind=後ろ; @near=近く",
    "dir": "@left=左; @right=右",
    "gaze": "@left=左; @right=右; @up=上; @down=下; @back=後ろ",
    "size": "@bigger|@larger=大きい; @smaller=小さい; @cheaper=安い; @newer=新しい; @lighter=軽い; @longer=長い",
    "count": "@two=二つ; @three=三つ; @four=四つ; @five=五つ; @six=六つ; @seven=七つ; @eight=八つ",
    "heads": "@two=二人; @three=三人; @four=四人; @five=五人; @six=六人; @seven=七人; @eight=八人",
    "sheets": "@two=二枚; @three=三枚; @four=四枚; @five=五枚; @six=六枚",
}

# English of states, Japanese as said: (English, statement, question), both without the end mark.
STATES = """tired=疲れました; hungry=お腹が空きました; thirsty=のどがかわきました; sleepy=眠いです;
    happy=うれしいです; sad=かなしいです; busy=忙しいです; free=暇です; sick=病気です; worried=心配です;
    lonely=さびしいです; scared=こわいです; cold=寒いです; hot=暑いです"""

ADJECTIVES = {
    "adj": """big=大きい; small=小さい; expensive=高い; cheap=安い; new=新しい; old=古い; heavy=重い; light=軽い;
        good=いい; bad=悪い; beautiful|pretty=きれいな; convenient=便利な; famous=有名な; popular=人気の;
        interesting=面白い; nice=素敵な; strange=変な; important=大切な""",
    "extent": "big=大きい; small=小さい; expensive=高い; old=古い; heavy=重い",
    "taste": """delicious|tasty=おいしい; sweet=甘い; spicy=辛い; salty=しょっぱい;
        cold=冷たい; hot=熱い""",
    "look": "cute=かわいい; big=大きい; small=小さい; strong=強い; fast=速い; gentle=やさしい",
    "heat": "hot=暑い; cold=寒い; warm=暖かい; cool=すずしい",
    "scene": """big=大きい; small=小さい; old=古い; new=新しい; famous=有名な; beautiful=きれいな; quiet=静かな;
        far=遠い; near|close=近い; clean=清潔な; wide=広い""",
    "human": """kind=親切な; tall=背が高い; young=若い; strong=強い; funny=面白い; healthy=元気な;
        famous=有名な; busy=忙しい; gentle=やさしい""",
}

COLORS = """red=赤い; blue=青い; white=白い; black=黒い; yellow=黄色い; brown=茶色の; green=緑の;
    orange=オレンジ色の; pink=ピンクの; purple=紫の; gray|grey=灰色の"""

# Base form and past and -ing form; the Japanese dictionary form, with 1 for the verbs of one stem.
VERBS = """eat,ate,eating=食べる1; sleep,slept,sleeping=寝る1; smoke,smoked,smoking=たばこを吸う;
    take,took,taking a picture|take pictures|take a photo=写真を撮る; swim,swam,swimming=泳ぐ;
    sing,sang,singing=歌う;
    dance,danced,dancing=ダンスをする; walk,walked,walking=歩く; run,ran,running=走る;
    rest,rested,resting|take a rest=休む; wait,waited,waiting=待つ; go,went,going home=家に帰る;
    drive,drove,driving=運転する; study,studied,studying=勉強する; work,worked,working=働く;
    cook,cooked,cooking=料理する; read,read,reading a book=本を読む;
    watch,watched,watching TV=テレビを見る1; watch,watched,watching a movie|see a movie=映画を見る1;
    listen,listened,listening to music=音楽を聞く; travel,traveled,traveling=旅行する;
    shop,shopped,shopping|go shopping=買い物をする; drink,drank,drinking=飲む;
    pay,paid,paying by card|pay with a card=カードで払う; go,went,going outside=外に出る1;
    write,wrote,writing a letter=手紙を書く; buy,bought,buying a ticket=切符を買う;
    take,took,taking a bath=お風呂に入る;
    take,took,taking a walk|go for a walk=散歩する; call,called,calling a taxi=タクシーを呼ぶ;
    exchange,exchanged,exchanging money|change money=両替する; talk,talked,talking=話す;
    meet,met,meeting a friend=友達に会う; clean,cleaned,cleaning the room=部屋をそうじする;
    open,opened,opening the window=窓を開ける1; close,closed,closing the door=ドアを閉める1;
    study,studied,studying Japanese=日本語を勉強する; rent,rented,renting a car=車を借りる1;
    ride,rode,riding a bicycle=自転車に乗る; climb,climbed,climbing a mountain=山に登る;
    wash,washed,washing the dishes=お皿を洗う; do,did,doing the laundry=洗濯する;
    draw,drew,drawing a picture=絵をかく;
    take,took,taking a shower=シャワーをあびる1; send,sent,sending a letter=手紙を送る;
    use,used,using the computer=パソコンを使う"""

# Words that are asked for alone and are in no sentence above.
EXTRA = """door=ドア; window=窓; sun=太陽; moon=月; sky=空; sea=海; island=島; city=町; country=国;
    house=家; road=道; person=人; man=男の人; woman=女の人; child=子ども; boy=男の子; girl=女の子; baby=赤ちゃん;
    love=愛; heart=心; today=今日; now=今; morning=朝; noon=昼;
    evening=夕方; night=夜; week=週; month=月; year=年; hour=時間; minute=分; one=一; hundred=百; thousand=千;
    ten thousand=万; cherry blossom=桜; wind=風; fire=火; paper=紙; word=言葉; name=名前; face=顔;
    hair=髪; nose=鼻; mouth=口; yes=はい; no=いいえ; north=北;
    south=南; east=東; west=西; here=ここ; there=そこ; who=誰; what=何; when=いつ; where=どこ; why=なぜ;
    how much=いくら; question=質問; answer=答え; work=仕事; holiday=休日;
    festival=祭り; birthday=誕生日; wedding=結婚式; game=ゲーム; song=歌; story=話; mountain=山; star=星; flower=花;
    animal=動物; snow=雪; rain=雨"""

ROMAJI = """arigato=Thank you.; arigatou=Thank you.; konnichiwa=Hello.; sayonara=Goodbye.;
    sumimasen=Excuse me.; ohayo=Good morning.; ohayou=Good morning.; konbanwa=Good evening.;
    oyasumi=Good night.; gomen nasai=I am sorry.; hai=yes; iie=no; neko=cat; inu=dog; mizu=water;
    sakura=cherry blossom; sensei=teacher; tomodachi=friend; eki=station; hon=book; yama=mountain;
    kawa=river; umi=sea; sora=sky; hana=flower; ame=rain; yuki=snow; haru=spring; natsu=summer;
    aki=autumn; fuyu=winter; oishii=delicious; sakana=fish; tamago=egg; ocha=tea; kuruma=car;
    densha=train; ie=house; tori=bird; uma=horse; hoshi=star; tsuki=moon; ringo=apple; pan=bread"""

UNIONS = {
    "where": ("place", "spot"),
    "goal": ("place", "city", "stop"),
    "town": ("city", "country"),
    "eat": ("food",),
    "menu": ("food", "drink", "spice"),
    "taste_of": ("food", "drink"),
    "thing": ("goods",),
    "mine": ("goods", "owned"),
    "lack": ("room", "goods"),
    "liked": ("food", "drink", "sport", "hobby", "season", "nature", "animal"),
    "played": ("sport",),
    "shelf": ("machine", "spot_broken"),
    "kin": ("family", "friend"),
}


class Word:
    """One word: its English forms and its Japanese forms, each a list of dicts (synonyms)."""

    __slots__ = ("en", "ja", "kind")

    def __init__(self, en, ja, kind=""):
        self.en, self.ja, self.kind = en, ja, kind


def _entries(text):
    for item in text.split(";"):
        en, equals, ja = item.strip().partition("=")
        if equals:
            yield [e.strip() for e in en.split("|")], [j.strip() for j in ja.split("|")]


def article(noun):
    """NOUN with a or an before it, by its sound."""
    vowel = noun[0] in "aeiou" and not noun.startswith(("uni", "use", "one")) or noun == "ATM"
    return ("an " if vowel else "a ") + noun


def _noun_forms(text):
    if text[0] == "@":
        return {form: text[1:] for form in ("", "a", "the", "this", "pl", "some")}
    one, _, many = text.lstrip("~*").partition("/")
    plural = text[0] == "*"
    mass = text[0] == "~"
    many = one if plural or mass else many or one + "s"
    this, that, be = ("these", "those", "are") if plural else ("this", "that", "is")
    return {
        "": one,
        "a": "some " + one if plural or mass else article(one),
        "an": one if plural or mass else article(one),
        "the": "the " + one,
        "pl": many,
        "some": "some " + many,
        "this": f"{this} {one}",
        "that": f"{that} {one}",
        "isthis": f"{be} {this} {one}",
        "isthat": f"{be} {that} {one}",
        "thisis": f"{this} {one} {be}",
        "ismy": f"{be} my {one}",
        "myis": f"my {one} {be}",
        "theis": f"the {one} {be}",
        "isthe": f"{be} the {one}",
        "thereis": f"there are some {one}" if plural else
        f"there is {'some ' + one if mass else article(one)}",
        "thereisno": f"there {be} no {one}",
        "these": f"{this if plural else 'this'} {be}",
        "isthese": f"{be} {this}",
    }


def _nouns(text):
    return [
        Word([_noun_forms(e) for e in en], [{"": j} for j in ja], "noun")
        for en, ja in _entries(text)
    ]


def _adjective(text):
    if text.endswith(("な", "の")):
        root = text[:-1]
        forms = {"": text, "pred": root, "neg": root + "ではありません", "past": root + "でした"}
        return [forms, dict(forms, neg=root + "じゃありません")]
    if text.endswith("る"):
        return [{"": text, "pred": text, "neg": text[:-1] + "ない", "past": text[:-1] + "た"}]
    root = "よ" if text == "いい" else text[:-1]
    forms = {"": text, "pred": text, "neg": root + "くないです", "past": root + "かったです",
             "stem": root}
    return [forms, dict(forms, neg=root + "くありません")]


_I_ROW = dict(zip("うくぐすつぬぶむる", "いきぎしちにびみり"))
_A_ROW = dict(zip("うくぐすつぬぶむる", "わかがさたなばまら"))
_TE = dict(zip("うくぐすつぬぶむる", ("って", "いて", "いで", "して", "って", "んで", "んで", "んで", "って")))


def _japanese_verb(text):
    if text.endswith("1"):
        text = text[:-1]
        root = text[:-1]
        return {"": text, "masu": root, "te": root + "て", "nai": root}
    root, last = text[:-1], text[-1]
    if text.endswith("する"):
        root = text[:-2]
        return {"": text, "masu": root + "し", "te": root + "して", "nai": root + "し"}
    if text.endswith("来る"):
        return {"": text, "masu": root, "te": root + "て", "nai": root}
    return {"": text, "masu": root + _I_ROW[last], "te": root + _TE[last],
            "nai": root + _A_ROW[last]}


def _english_verb(text):
    verb, _, rest = text.partition(" ")
    forms = (verb.split(",") + [None, None])[:3]
    return {
        name: f"{form} {rest}".strip()
        for name, form in zip(("", "past", "ing"), forms)
        if form
    }


def _verbs():
    for en, ja in _entries(VERBS):
        forms = [_english_verb(e) for e in en]
        # A synonym has only the base form; where another form is needed the first one serves.
        forms = [forms[0]] + [dict(forms[0], **f) for f in forms[1:]]
        yield Word(forms, [_japanese_verb(j) for j in ja], "verb")


def _number_words():
    ones = "one two three four five six seven eight nine ten eleven twelve thirteen".split()
    ones += "fourteen fifteen sixteen seventeen eighteen nineteen".split()
    tens = "twenty thirty forty fifty sixty seventy eighty ninety".split()
    digits = "一二三四五六七八九"
    for n in range(1, 101):
        if n < 20:
            word = ones[n - 1]
        elif n == 100:
            word = "one hundred"
        else:
            word = tens[n // 10 - 2] + ("-" + ones[n % 10 - 1] if n % 10 else "")
        ten, one = divmod(n, 10)
        kanji = "百"
        if n < 100:
            kanji = (digits[ten - 1] if ten > 1 else "") + ("十" if ten else "")
            kanji += digits[one - 1] if one else ""
        yield word, str(n), kanji


def _plain(pairs):
    return [Word([{"": e}], [{"": j}], "number") for e, j in pairs]


def _clock():
    for hour in range(1, 13):
        yield f"{hour} o'clock", f"{hour}時"
        for minute in range(5, 60, 5):
            yield f"{hour}:{minute:02}", f"{hour}時{minute}分"


def _half_days():
    for half, name in (("a.m.", "午前"), ("p.m.", "午後")):
        for hour in range(1, 12):
            yield f"{hour} {half}", f"{name}{hour}時"


def _numbers():
    months = "January February March April May June July August September October November December"
    prices = [*range(50, 1000, 10), *range(1000, 10000, 100), *range(10000, 60000, 5000)]
    return {
        "price": _plain((f"{n} yen", f"{n}円") for n in prices),
        "clock": _plain(_clock()),
        "ampm": _plain(_half_days()),
        "hour": _plain((f"{n} o'clock", f"{n}時") for n in range(1, 13)),
        "date": _plain(
            (f"{month} {day}", f"{m}月{day}日")
            for m, month in enumerate(months.split(), 1)
            for day in range(1, 29)
        ),
        "month": _plain((month, f"{m}月") for m, month in enumerate(months.split(), 1)),
        "minutes": _plain((f"{n} minutes", f"{n}分") for n in [*range(2, 11), *range(15, 61, 5)]),
        "hours": _plain((f"{n} hours", f"{n}時間") for n in range(2, 13)),
        "days": _plain(
            [(f"{n} days", f"{n}日間") for n in range(2, 15)]
            + [(f"{n} weeks", f"{n}週間") for n in range(2, 9)]
            + [(f"{n} months", f"{n}か月間") for n in range(2, 12)]
        ),
        "stay": _plain(
            [(f"{n} days", f"{n}日間") for n in range(2, 15)]
            + [(f"{n} weeks", f"{n}週間") for n in range(2, 9)]
        ),
        "nights": _plain((f"{n} nights", f"{n}泊") for n in range(2, 15)),
        "age": _plain((f"{n} years old", f"{n}歳") for n in range(2, 100)),
        "roomno": _plain((str(n), str(n)) for n in range(101, 1000, 7)),
        "floor": _plain(
            (f"{n}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(n, 'th') }", f"{n}階") for n in range(1, 13)
        ),
        "meters": _plain((f"{n} meters", f"{n}メートル") for n in [*range(2, 11), 20, 50, 100]),
        "degrees": _plain((f"{n} degrees", f"{n}度") for n in range(15, 181, 15)),
        "temp": _plain((f"{n} degrees", f"{n}度") for n in range(2, 40)),
        "platform": _plain((f"platform {n}", f"{n}番線") for n in range(1, 25)),
        "phoneno": _plain((f"555-{n}", f"555-{n}") for n in range(1009, 10000, 97)),
    }


def _build():
    tables = {kind: _nouns(text) for kind, text in NOUNS.items()}
    for kind, text in ADJECTIVES.items():
        tables[kind] = [
            Word([{"": e} for e in en], _adjective(ja[0]), "adjective") for en, ja in _entries(text)
        ]
    tables["color"] = [
        Word([{"": e, "a": article(e)} for e in en], [{"": ja[0], "noun": ja[0][:-1]}], "color")
        for en, ja in _entries(COLORS)
    ]
    tables["state"] = [Word([{"": e} for e in en], [{"": j} for j in ja], "state")
                       for en, ja in _entries(STATES)]
    tables["verb"] = list(_verbs())
    # Of these the Japanese form of going on means that it is over.
    over = ("go home", "go outside")
    tables["doing"] = [w for w in tables["verb"] if w.en[0][""] not in over]
    tables["spot_broken"] = [
        w for w in tables["spot"] if w.en[0][""] in ("elevator", "escalator", "ATM")
    ]
    tables.update(_numbers())
    acts = ("eat", "sleep", "walk", "run", "swim", "rest", "wait", "drink")
    tables["act"] = [w for w in tables["verb"] if w.en[0][""] in acts]
    tables["counted"] = _plain(zip(("two", "three", "four", "five", "six"), "二三四五六"))
    tables["single"] = [w for w in tables["obj"] if w.en[0]["a"].startswith("a")]
    for union, kinds in UNIONS.items():
        tables[union] = [w for kind in kinds for w in tables[kind]]
    return tables


WORDS = _build()
NUMBERS = list(_number_words())


def _readings():
    """All pairs (English synonyms, Japanese synonyms) that could be asked for alone."""
    out = ("cup", "yours", "size", "count", "heads", "sheets", "people", "pos", "side", "beast",
           "dir", "gaze", "obj", "pet", "nature", "person", "hobby", "stop")
    for kind in NOUNS:
        if kind not in out:
            for word in WORDS[kind]:
                yield [e[""] for e in word.en], [j[""] for j in word.ja]
    for kind in ADJECTIVES:
        for word in WORDS[kind]:
            yield [e[""] for e in word.en], [word.ja[0]["pred"]]
    for word in WORDS["color"]:
        yield [word.en[0][""]], [word.ja[0]["noun"]]
    for word in WORDS["verb"]:
        yield [word.en[0][""], "to " + word.en[0][""]], [word.ja[0][""]]
    yield from _entries(EXTRA)


def lone_words():
    """The pairs (English synonyms, Japanese synonyms) of words to be asked for alone. A word with
    two meanings is left out, since nothing would say which one is meant."""
    pairs, to_ja, to_en = {}, {}, {}
    for en, ja in _readings():
        pairs.setdefault(en[0], (en, ja))
        for e in en:
            to_ja.setdefault(e, []).append(ja[0])
        for j in ja:
            to_en.setdefault(j, []).append(en[0])
    kept = []
    for en, ja in pairs.values():
        if len(set(to_ja[en[0]])) == 1 and len(set(to_en[ja[0]])) == 1:
            kept.append(([e for e in en if len(set(to_ja[e])) == 1], ja))
    return kept


def romaji():
    """The pairs (Japanese in Latin letters, English) of words that many people know."""
    return [(en[0], ja[0]) for en, ja in _entries(ROMAJI)]
