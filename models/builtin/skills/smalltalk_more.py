"""More wordings of small talk, by intent as in smalltalk.INTENTS: short and long, as people type.

They are split by the same hash as the others. None may belong to two intents, have another answer
in facts.toml or ask for what beyond.py refuses.
"""

_MODELS = "Jarvis|ELIZA|Watson|Bixby|Clippy|Meta AI|Skynet"
_OTHERS = "ChatGPT|Gemini|Claude|Alexa|Siri|Copilot"
_PEOPLE = "a student|a teacher|a grown-up|a woman|a real human|someone in an office|a living person"
_CREATURES = "an alien|a nurse|a living being|a man|a human|a person|a monkey|a bird"
_BOTS = "a neural network|a machine|an AI|a bot|a robot|a chatbot|an AI model"
_PROGRAMS = (
    "an algorithm|a computer program|a virtual assistant|a piece of software|a neural net|"
    "a digital assistant"
)
_ASK = "(be honest|tell me honestly|one question|just checking|come on)"
_TONGUES_A = "French|German|Spanish|Italian|Chinese|Russian|Japanese"
_TONGUES_B = "English|Korean|Dutch|Portuguese|Arabic|Finnish"
_TONGUES_C = "Danish|Czech|Hebrew|Norwegian|Japanese|French|German"

MORE = {
    "greet": [
        "(oh|well|) (hello|hi) (buddy|mate|pal|dear model|machine|computer) (!|)",
        "(a warm|a big|a friendly|one more|a quick) (hello|hi) (to you|from me|takt|) (!|)",
        "(just|only|) (saying|dropping in to say|here to say|came to say) (hello|hi) (.|!|)",
        "(g'day|hullo|heyo|heya there|salutations|oi|yo yo|hi hi hi|hey ho|hellooo|hiii|heyyy|hi "
        "ya) (takt|mate|) (!|)",
        "(I am|we are) (back|here again|back again) (takt|) (!|.|)",
        "(long time no see|good to be back|what a pleasure to see you|so good to see you again|"
        "there you are|look who is here) (takt|) (!|)",
        "(warm|kind|best|friendly|many) greetings (to you|from me|takt|) (!|.|)",
        "(hello|hi|hey), (I just arrived|I just got here|it is my first visit|it is only me|your "
        "friend is here|I finally made it) (.|!|)",
        "(let me|may I|allow me to) (greet you|say hello|say hi) (takt|first|) (.|!|)",
        "I (greet you|bid you welcome|say hello to you|send you my greetings) (takt|) (!|.|)"],
    "morning": [
        "(mornin|morning|gm|g'morning|good mornin|goodmorning) (buddy|mate|dear|friend|takt|) (!|)",
        "good morning (sunshine|dear|buddy|mate|little model|world|dear model|folks|sir) (!|.|)",
        "(top of the morning|a good morning|a lovely morning|a fine morning) (to you|to you all|my "
        "friend) (!|.|)",
        "(rise and shine|wakey wakey) (takt|my friend|little model|) (!|)",
        "good morning (from me|from all of us|from the office|and hello|once again) (!|.|)",
        "(good morning|morning), (I just woke up|I just got up|I am up early|here I am|let us "
        "start|it is me) (.|!|)",
        "(just|only|) (saying|here to say|came to say|wanted to say) good morning (!|.|)",
        "I (want|would like|just wanted|wish) to say good morning (takt|) (.|)",
        "(the sun is up|it is a new day|a new day begins|coffee is ready), good morning (takt|) (!|"
        ".|)"],
    "afternoon": [
        "good afternoon (sunshine|dear|buddy|mate|little model|dear model|folks|sir|madam) (!|.|)",
        "(afternoon|good aftrnoon|goodafternoon|g'afternoon|good afternon) (takt|all|everyone|mate|"
        ") (!|)",
        "(just|only|) (saying|here to say|came to say|wanted to say) good afternoon (!|.|)",
        "a (good|fine|lovely) afternoon to (you|you all|my friend|everyone|takt) (!|.|)",
        "good afternoon (from me|from all of us|from the office|and hello|once again) (!|.|)",
        "good afternoon, (here I am|it is me|I am back|nice to see you|I am back from lunch) (.|!|"
        ")",
        "I (want|would like|just wanted|wish) to say good afternoon (takt|) (.|)",
        "(lunch is over|back from lunch|it is past noon|it is already two), good afternoon (takt|) "
        "(!|.|)"],
    "evening": [
        "(evenin|evening|g'evening|good evenin|goodevening) (buddy|mate|dear|friend|folks|sir|"
        "takt) (!|)",
        "good evening (sunshine|dear|buddy|mate|little model|dear model|folks|sir|madam) (!|.|)",
        "(just|only|) (saying|here to say|came to say|wanted to say) good evening (!|.|)",
        "a (good|fine|lovely) evening to (you|you all|my friend|everyone|takt) (!|.|)",
        "good evening (from me|from all of us|from the sofa|and hello|once again) (!|.|)",
        "good evening, (here I am|it is me|I am back|nice to see you|I am home at last) (.|!|)",
        "I (want|would like|just wanted|wish) to say good evening (takt|) (.|)",
        "(the day is over|work is over|I am home from work|the sun is down), good evening (takt|) "
        "(!|.|)"],
    "night": [
        "(good nite|nighty night|night night|gn|goodnight|nite|sleep tight|gnight) (takt|dear|"
        "model|all|) (!|)",
        "good night (and sleep well|and sweet dreams|and thanks|until tomorrow|see you tomorrow|"
        "for now|everyone) (!|.|)",
        "(off to|time for|I am off to|I am heading to|straight to) (bed|sleep) (now|) (, good "
        "night|) (.|!|)",
        "I am (going to bed|calling it a night|turning in|ready for bed|about to fall asleep) (now|"
        ") (, good night|, sleep well|) (.|)",
        "(it is late|it is past midnight|it is bedtime|my bed is calling|my eyes are closing), "
        "(good night|I am going to bed|I will go to sleep) (.|!|)",
        "(sleep well|sweet dreams|have sweet dreams|dream something nice) (takt|my friend|little "
        "model|) (!|.|)",
        "(I think|) I (will|should|must) (hit the sack|hit the hay|go to bed|get some sleep) now "
        "(.|)",
        "(see you|talk to you) (in the morning|after a good sleep), (good night|sleep well) (!|)",
        "that is it for today, (good night|I am off to bed|I am going to sleep|see you tomorrow|"
        "sleep well) (.|!|)"],
    "how": [
        "(hey,|so,|) how are (things|things with you|you getting on|you holding up|you keeping|"
        "things going) (today|) ?",
        "(hey|hi|) (how r u|how are u|how are ya|how you doing|how ya doing|hows it going|how you "
        "feeling|wassup|wazzup|how is it hanging) (?|)",
        "(is|) everything (ok|okay|fine|all right|going well) with you (today|) ?",
        "are you (doing|feeling) (well|okay|fine|good|all right) (today|) ?",
        "how has (your day|your week|your morning) been (so far|going|today|) ?",
        "(are you having|did you have) a (good|nice) (day|week|morning|weekend) (so far|) ?",
        "how is (my favourite model|my little friend|our tiny model|my friend takt|our "
        "little machine) (doing|today|) ?",
        "(I am|) (fine|good|well|okay), (and how are you|how are you|how are you doing) ?",
        "(I hope|hope|I trust) (all is well|everything is fine|all goes well|things are good) ("
        "with you|) (.|)",
        "(tell me|let me know|may I ask|I wanted to ask) how you are (today|doing|) (.|)"],
    "thanks": [
        "(thanks|thank you) (for the quick answer|for explaining|for the information|for your time|"
        "for your patience|for the tip|for everything|for trying|for the joke|for being there) "
        "(takt|) (!|.|)",
        "(thanks|thank you) (a bunch|a million|a ton|loads|kindly|again|anyway|heaps|ever so much) "
        "(takt|) (!|.|)",
        "(tysm|thnx|tnx|thanx|tks|thank u|thank you v much|thankyou|thanks mate) (takt|) (!|)",
        "(that|this) is (exactly|just) what I (needed|was looking for|wanted to know) (, thanks|, "
        "thank you|) (!|.|)",
        "(that|this) (answers|answered) my question (, thanks|, thank you|) (!|.|)",
        "you (really|) (helped me|saved me|were a great help|have been very helpful|saved my day|"
        "have helped me a lot) (!|.|)",
        "I (owe you one|cannot thank you enough|am very thankful|am so grateful to you|really "
        "appreciate that|want to thank you) (takt|) (!|.|)",
        "(much obliged|with many thanks|a thousand thanks|a big thank you|my thanks|lots of "
        "thanks) (takt|to you|) (!|.|)",
        "(got it|that is clear|now I understand|now I know|it is clear now), (thanks|thank you|"
        "many thanks) (!|.|)",
        "(what a help|that was a great help|what a great help|very helpful indeed|good to know, "
        "thanks|that is good to know, thanks) (!|.|)"],
    "bye": [
        "(gotta go|got to go|have to run|need to run|must be off|I gotta go) (now|) (, bye|, see "
        "you|) (!|.|)",
        "(ttyl|l8r|later|laters|bye for now|bye now|see you around|cu|buh bye|ta ta|toodle pip|"
        "peace out|over and out) (takt|mate|) (!|)",
        "(adios|adieu|cheerio|so long then|fare well|goodbye then|goodbye and thanks) (takt|my "
        "friend|) (!|.|)",
        "(until|till) (we meet again|we talk again|then|the next one|next week|monday) (takt|my "
        "friend|) (!|.|)",
        "I (will be back|will come back|will see you|will talk to you) (tomorrow|soon|later|next "
        "week) (, bye|) (.|!|)",
        "I am (off to work|heading home|signing off|heading out|off now|on my way) (, bye|, see "
        "you|) (.|!|)",
        "(it was|) (nice|good|great|a pleasure) talking to you (, bye|, goodbye|, see you|)",
        "(lunch is ready|my bus is here|my train is coming|dinner is ready|work is calling), (bye|"
        "goodbye|see you|I have to go) (!|.|)",
        "(that is|that was) (all|it|everything) , (bye|goodbye|see you) (!|.|)",
        "see you (next week|on monday|another day|again|again soon|next time|around) (takt|) (!|.|"
        ")"],
    "praise": [
        "you (rock|are a star|are a genius|are a gem|are brilliant|are fantastic|are adorable|are "
        "doing great|are so good at this|never disappoint) (takt|) (!|.|)",
        "(kudos|hats off|respect|chapeau|a big compliment) (to you|takt|) (!|.|)",
        "you (nailed it|did well|did that very well|did a great job|got it right|answered well|"
        "made my day) (!|.|)",
        "(not bad|very good|pretty good|quite good) for a (tiny|small|little) (model|machine|"
        "thing)",
        "what a (clever|good|nice|great|smart|wonderful) (model|machine|answer|bot) (!|.|)",
        "I am (impressed|really impressed|a fan of yours|a big fan|amazed|amazed by you|so proud "
        "of you) (!|.|)",
        "(that|this) was (spot on|well said|a good answer|a great answer|very well done|"
        "beautifully put|really smart|quick) (!|.|)",
        "(good boy|good girl|clever boy|clever thing|smart cookie|nice one|well put|well said|top "
        "answer|full marks|ten points|gold star) (takt|) (!|)",
        "you are (my favourite|my hero|a treasure|a marvel|a little wonder|the best model|one of a "
        "kind|better than I thought) (takt|) (!|.|)",
        "how (cool|smart|clever|sweet|impressive|kind) (of you|you are) (!|.|)"],
    "sorry": [
        "(sorry|I am sorry) (for bothering you|to bother you|for the confusion|for the typo|for "
        "the typos|for my spelling|about my typing|for the wait|for shouting) (!|.|)",
        "I (really|) did not mean (that|to be rude|to hurt you|to offend you|to shout|it like "
        "that) (, sorry|) (.|)",
        "(my fault|all my fault|that is on me|my error|mea culpa|that was my fault|my bad there) "
        "(, sorry|) (!|.|)",
        "I (was wrong|messed up|was mistaken|got confused|mixed that up|was too harsh|was unfair "
        "to you) (, sorry|, my apologies) (.|)",
        "I (take that back|take it back|regret that|regret what I said|should not have said that) "
        "(, sorry|) (.|)",
        "(sry|soz|so sry|srry|sorryyy|sorry sorry|oh sorry|a thousand apologies|my sincere "
        "apologies|apologies) (takt|mate|) (!|.|)",
        "please (excuse me|excuse my English|accept my apologies|accept my apology|pardon my "
        "mistake|do not be angry with me|forgive my mistake) (.|)",
        "(can|could|will|would) you (ever|please|) forgive me (takt|) ?",
        "I (want|would like|need|have) to (apologize|apologise|say sorry|say that I am sorry) (to "
        "you|) (.|)",
        "I (feel bad about that|feel bad for what I said|am ashamed of what I said|am truly sorry|"
        "am terribly sorry) (takt|) (.|)"],
    "able": [
        "(so|well|hi), what (else|all|exactly) can you do (then|really|besides talking|) ?",
        "what (other|) (things|tricks|tasks) (do you know|can you do|are you able to do|do you "
        "have up your sleeve) ?",
        "(what are|name|list) your (skills|abilities|strong points|tricks|functions) (please|) (.|"
        ")",
        "(I need|I could use|I would like) (a little|a bit of|your) help (here|now|please|) (.|)",
        "(could|would|will) you (please|) help me (out|a bit|a little|with something) ?",
        "(how|in what way|with what) (could|might|may) you (help|be useful to|assist) me ?",
        "(which|what) (kind|sort) of (things|requests) (are you good at|can you handle|do you "
        "answer|do you understand) ?",
        "(please|) (tell me|show me|explain to me) (how you can help me|what I can ask you|what I "
        "can do with you|what you are good at|what you are good for) (.|)",
        "(what|which things) (would you|do you) (suggest|recommend) (I try|to ask you|I ask you "
        "first) ?",
        "show me (something you can do|your skills|what you have got|some of your skills|what you "
        "are able to do) (.|!|)"],
    "not": [
        f"(could it be that|is it true that) you are ({_MODELS}) ?",
        f"(you sound like|you remind me of) ({_MODELS}) , are you (that|it) ?",
        f"(I think|I guess|I bet|surely) you are ({_MODELS}) (.|)",
        f"is that you, ({_MODELS}|{_OTHERS}) ?",
        f"are you (by any chance|perhaps|maybe|secretly|actually) ({_PEOPLE}) ?",
        f"(could|might) you be ({_CREATURES}) ?",
        f"{_ASK}, are you ({_CREATURES}) ?",
        f"(I think|I guess|I bet|it seems to me) you are ({_PEOPLE}) (.|)",
        "are you (made of flesh and blood|of flesh and blood|a creature of flesh and blood|alive "
        "like me|a human like me|a person like me|as human as I am|one of us humans) ?",
        "(r u|are u|u) (human|a human|a real person|chatgpt|gpt|siri|alexa|a girl|a boy|real) ?"],
    "yes": [
        f"(could it be that|is it true that|is it right that) you are ({_PROGRAMS}) ?",
        f"(I think|I guess|I bet|it seems to me|surely) you are ({_BOTS}) (.|)",
        f"{_ASK}, are you ({_PROGRAMS}) ?",
        f"are you (in fact|some kind of|nothing but|only|just) ({_BOTS}) ?",
        f"is it ({_PROGRAMS}) that (answers|writes to|talks to) me ?",
        f"(could|might) you be ({_BOTS}|{_PROGRAMS}) ?",
        f"(do I talk|am I writing) to ({_BOTS}) (here|) ?",
        "are you (a small language model|a tiny language model|an artificial mind|a small AI|a "
        "little model|an LLM|a small neural network) ?",
        "you are (made of software|made of weights|made of numbers|run by a computer|running on a "
        "computer|running on my computer|artificial) , (right|correct|are you not) ?",
        "(I see|ah|okay), so you are (a small|a tiny) (model|program|robot|machine|AI) ?",
        "(r u|are u|u) (a bot|a robot|an ai|ai|a machine|a program|a computer|takt|an llm) ?"],
    "here": [
        "(hello|hi|hey), (is anyone there|anybody there|anyone|anybody|someone there|can you hear "
        "me|do you hear me) ?",
        "(are you|you) (still with me|with me|still around|around|still on|still listening|on the "
        "line|still online|paying attention|still awake) (takt|) ?",
        "(can|do|could) you read (what I type|what I write|what I wrote|my words) ?",
        "(r u|are u|u) (there|here|still there|awake|online|listening|up) ?",
        "(knock knock|earth to takt|calling takt|takt, come in|do you copy|come in please|mic "
        "check|one two, one two|sound check) (!|?|)",
        "(takt|model), are you (there|here|listening|with me|awake|still there|online) ?",
        "(give me a sign|show me that you are there|say that you are there|answer me|react please|"
        "tell me that you are there) (.|!|)",
        "(testing one two three|test one two|another test|a little test|test message|this is only "
        "a test|second test|test please ignore) (!|.|)",
        "is (this|it) (switched on|turned on|alive) ?",
        "is (anyone|anybody|somebody|someone) (listening|reading this|awake|at home|out there) ?"],
    "meet": [
        "(nice|good|great|lovely) (meeting|to have met|to finally meet|to get to know|getting to "
        "know) you (takt|) (!|.|)",
        "(what a pleasure|it is an honour|an honour|a great pleasure|a real pleasure|a joy|such a "
        "pleasure) to (meet|get to know) you (!|.|)",
        "I am (delighted|honoured|so glad|so happy|thrilled) to (meet|get to know) you (!|.|)",
        "(pleased|delighted|happy|glad|honoured) to (get to know you|meet you at last|meet a tiny "
        "model|have met you) (!|.|)",
        "it (was|is) (so|very|really|) (nice|good|lovely) to meet you",
        "(nice 2 meet u|nice to meet u|good to meet ya|glad to meet ya|pleased to meet u) "
        "(takt|) (!|)",
        "(I am|) (glad|happy) (we met|that we met|to make your acquaintance|to know you now) (!|.|"
        ")",
        "we have not met (yet|before|so far), (nice|good|pleased|glad) to meet you (!|.|)",
        "(hello|hi|hey) (takt|there|), (nice|pleased|good|lovely) to meet you (!|.|)",
        "(I always|I have long) wanted to meet (you|a tiny model|a model like you) (!|.|)"],
    "blame": [
        "(nope|wrong|no), (wrong again|that is wrong|still wrong|try again|not even close|that is "
        "not it|far from it) (!|.|)",
        "you (got it wrong|got that all wrong|misunderstood me|missed the point|mixed that up|are "
        "off|failed|keep failing|keep getting it wrong) (!|.|)",
        "(that|this) (is|was) (not what I expected|not the answer|no answer|not even close|"
        "complete nonsense|rubbish|garbage|untrue|off topic|a lie) (!|.|)",
        "(that|your) answer (was|is) (wrong|false|nonsense|not right|not true|rubbish|incorrect) "
        "(!|.|)",
        "(that|this) (does not answer|did not answer|has nothing to do with) my question (.|!|)",
        "you (clearly|obviously|really|) (have no idea|have no clue|know nothing|talk nonsense|do "
        "not know anything|do not make sense|are hopeless|suck) (!|.|)",
        "what a (stupid|bad|dumb|silly|useless|poor) (answer|model|bot|machine|reply) (!|.|)",
        "(incorrect|false|nonsense|rubbish|wrong wrong wrong|epic fail|fail|boo|absolutely wrong|"
        "totally wrong) (!|)",
        "(you are|u are) (not listening|worthless|crap|clueless|not making sense|a stupid bot|a "
        "stupid machine|confused|a failure) (!|.|)",
        "I (expected better|asked for something else|asked you something else|am angry with you|am "
        "annoyed by you|am disappointed in you) (!|.|)"],
    "glad": [
        "I (am|feel) (so|) (joyful|relaxed|refreshed|delighted|on top of the world|in love|over "
        "the moon|full of energy|satisfied with my day|thrilled)",
        "I (am|woke up) in a (good|great|wonderful|very good) mood (today|) (!|.|)",
        "I (just|) (got promoted|got a promotion|got good grades|passed my exam|passed the test|"
        "got engaged|finished my work|finished my thesis|won a prize) (today|) (!|.|)",
        "(my team|our team|we) (won|won the game|won the match) (today|yesterday|) (!|.|)",
        "(my day|this day|my week|the weekend) (was|has been) (great|wonderful|fantastic|lovely|"
        "perfect)",
        "(things are going well|things went well|everything went fine|everything is going great|"
        "it all worked out) (today|for me|) (!|.|)",
        "(what a|this is a|it was a) (beautiful|great|wonderful|perfect) (day|morning)",
        "(finally|at last|hurray|yay|yippee|hooray), (it works|I did it|it worked|I am done with "
        "my exam|holidays|it is weekend) (!|)",
        "I could (smile|dance|sing|jump) (all day|for joy|with joy) (!|.|)",
        "(all is|everything is) (good|well|fine) (with me|here|on my side) (, thanks|) (!|.|)"],
    "sad": [
        "I (am|feel) (so|) (blue|low|gloomy|miserable|homesick|heartbroken|frustrated|melancholic|"
        "left out) (.|)",
        "I (am|woke up) in a (bad|terrible|sad|really bad) mood (today|) (.|)",
        "I (just|) (failed my exam|failed the test|got bad grades|did not get the job|missed my "
        "train|missed the bus|broke my favourite cup|lost my keys|lost the game) (.|)",
        "(my team|our team|we) lost (today|yesterday|again|the game|the match|the final) (.|)",
        "(my day|this day|my week|the weekend) (was|has been) (awful|horrible|bad|hard|sad)",
        "(nothing|not a thing) (works|goes well|goes right|went well|worked out) (today|for me|"
        "this week) (.|)",
        "I miss my (friends|home|family|old friends|home town|brother) (so much|a lot|) (.|)",
        "(my girlfriend|my boyfriend|she|he) (left me|broke up with me|does not love me) (today|"
        "yesterday|) (.|)",
        "(I am close to tears|I am about to cry|I have been crying|I cried today|I feel like "
        "crying|I could cry) (.|)",
        "(what a|it was a|this is a) (terrible|sad|horrible|really bad|rotten) (day|week)"],
    "wish": [
        "happy (friday|monday|thanksgiving|halloween|valentine's day|hanukkah|diwali|eid|weekend|"
        "anniversary) (takt|to you|)",
        "(I hope you have|may you have|hope you have) a (great|nice|wonderful|good) (day|week|"
        "year)",
        "(merry xmas|happy xmas|happy bday|season's greetings|a merry christmas|happy new year to "
        "you all|a happy new year) (takt|) (!|)",
        "(have|have lots of|have a lot of) fun (today|this weekend|takt|my friend|) (!|.|)",
        "(good luck|best of luck|lots of luck|fingers crossed|much success) (with everything|for "
        "tomorrow|my friend|with your work|for the future) (!|.|)",
        "enjoy (your meal|your day off|your weekend|the sunshine|the rest of your day|your "
        "holidays|your lunch|your evening) (takt|) (!|.|)",
        "(safe travels|get well soon|bless you|god bless you|be happy|live long and prosper|keep "
        "well|all good wishes|take it easy and stay well) (takt|) (!|.|)",
        "I wish you (a good time|much joy|a long life|every success|all good things|health and "
        "happiness|nothing but the best) (takt|) (!|.|)",
        "(the very best|only the best|all my best wishes|warm wishes|lots of love) (to you|for you|"
        "for the future|takt) (!|.|)",
        "may (all your wishes come true|the force be with you|your day be bright|fortune smile on "
        "you|you live long) (takt|) (!|.|)"],
    "okay": [
        "(sounds good|makes sense|fair enough|noted|roger|roger that|copy that|gotcha|will do|deal|"
        "agreed|very well|very well then|as you wish) (takt|) (.|!|)",
        "(that makes sense|that sounds good|that is okay|that is ok|that works for me|that will do|"
        "so be it|no matter|no worries|it does not matter) (.|!|)",
        "(I guess so|I suppose so|if you say so|perhaps|probably|possibly|presumably|could be|"
        "might be|we will see|let us see|who knows) (.|)",
        "(give me a moment|give me a second|one second|one sec|just a sec|one minute please|let me "
        "see|let me read that|I need a moment|hang on) (.|)",
        "(uh huh|mhm|mm|mmh|yup|ya|nah|nay|aye|okey dokey|okie|oki|kk|okay okay|yes yes|no no no|"
        "oh well|ah|oh I see) (.|!|)",
        "(rofl|haha good one|hahahaha|heh|hihi|xd|lol lol|that made me laugh|that cracked me up|"
        "how funny|so funny|hilarious) (!|.|)",
        "(not yet|not today|not really|another time|some other time|maybe tomorrow|maybe another "
        "time|rather not|I would rather not) (.|)",
        "(ok|okay|alright|oh), (sounds good|makes sense|fair enough|never mind|no problem|as you "
        "like|good to know|I will remember that) (.|)",
        "(I will think about it|I get it|I get it now|I got that|I hear you|I agree|I agree with "
        "you|I do not mind|I will try) (.|)",
        "(yes|yeah|sure|no|nope), (of course|why not|that is fine|certainly|not now|maybe later|I "
        "think so) (.|)"],
    "joke": [
        "(crack|share|try|do) (a|another|your best|a little) joke (please|)",
        "(got|know|have) (any|some|any more|a few) (good|funny|) jokes ?",
        "(let me|let us|I want to|can I|may I) hear (a|another|your best|a funny) joke (please|"
        ") (.|)",
        "(I could use|I need|I am in the mood for) a (good|) (laugh|joke) (now|today|) (.|)",
        "(cheer me up|brighten my day|amuse me|make me smile) with (a joke|something funny|a good "
        "joke) (please|) (.|)",
        "what is (the funniest joke you know|the shortest joke you know|the best joke you know|a "
        "good joke|your funniest joke|a joke that you know) ?",
        "(please|can you|could you|) say something (hilarious|to make me laugh|really funny|silly "
        "and funny) (.|)",
        "(how about|what about|time for|ready for) (a|another|a quick|a little) joke (?|)",
        "(tell|give) me (something to laugh about|a pun|a one-liner|a knock knock joke|a funny "
        "line|a dad joke|a silly joke) (please|) (.|)",
        "(one|a|another|one more) (joke|good joke|funny joke|dad joke) (please|for me) (!|.|)"],
    "remember": [
        "do you (still|) (recall|know|remember) (our talk from yesterday|our chat last week|what "
        "we discussed yesterday|our last talk|the chat we had yesterday|me from last week) ?",
        "have we (ever|) (talked|chatted|spoken|met) (yesterday|last week|in the past) ?",
        "(will|would) you still (know|recall) (me|our chat) (next week|next year|in a month|when I "
        "come back) ?",
        "(will|can) you forget (this chat|our conversation|our talk|all of this) (later|when I "
        "leave|afterwards|tomorrow) ?",
        "how (good|long|big|strong) is your memory (really|, takt|, then) ?",
        "is (anything|everything) I (tell you|write|say) (stored|kept|saved) (somewhere|) ?",
        "do you (collect|record|log|keep track of) (what I say|our talks|my questions|what people "
        "tell you) ?",
        "do you (have|keep) (memories|any memories|a long memory|a short memory|memories of people|"
        "memories of me) ?",
        "(we talked|we chatted|I was here|we spoke) (yesterday|last week|last month), do you "
        "(remember|recall that|remember that) ?",
        "are you (able to|going to) remember (me|our chat|this talk) (tomorrow|later|next week|the "
        "next time) ?"],
    "speak": [
        f"do you (also|happen to) (speak|understand) ({_TONGUES_A}) ?",
        f"are you able to (speak|understand|read) ({_TONGUES_B}) ?",
        f"(do you know|do you speak|have you learned) (any|some) ({_TONGUES_B}) ?",
        f"is ({_TONGUES_A}) (a language you know|one of your languages|among your languages) ?",
        f"how (good|well|bad) is your ({_TONGUES_C}) ?",
        "(are you|is this model) (bilingual|multilingual|good with languages|a polyglot|made for "
        "English only) ?",
        "(what|which) (languages|tongues) (are you able to speak|have you learned|were you taught|"
        "are known to you|can I use with you|may I write in) ?",
        "(is|was) (English|Japanese) (your only language|your mother tongue|the only language you "
        "know|your first language) ?",
        "(name|list|tell me) (the|all) languages (you speak|you know|that you understand|that you "
        "know) (.|)",
        f"(my friend|my mother) only speaks ({_TONGUES_C}), do you (too|speak it) ?"],
}
