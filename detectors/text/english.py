"""English words that people write to companies: enough of them to tell English from noise.

Not a dictionary: six words in ten of what customers write are among these few hundred, and an
ending or two more make it eight. A well-formed word that is not here (a name, a product) counts
half: damage rarely looks like a word, but another language does.
"""

import re
from functools import lru_cache

_FUNCTION_WORDS = """
    a about after again all also am an and another any anyone anything are aren as at away back be
    because been before being between both but by can cannot cant could couldn couldnt did didn
    didnt dm do does doesn doesnt doing don done dont down during each either else even ever every
    everyone everything fav few for from get gets getting go goes going gone gonna got gotta had
    hadn has hasn have haven having he her here hers him his how however i id if ill im in instead
    into is isn isnt it its itself ive just kinda know less let like lol luv many may me might
    more most much must my myself need neither never no nobody none nor not nothing now of off
    often ok omg on once one only or other our ours out over own per please pls plz ppl rather
    really same see shall she should shouldn since so some someone something soon still such than
    that the their them then there these they thing things this tho those though through thx til
    till to together too u ugh under until up upon ur us very wanna was wasn wasnt way we well
    were weren what when where whether which while who whole whom whose why will with within
    without won wont would wouldn wouldnt wtf yay yes yet you your yours
"""
_OTHER_WORDS = """
    able above absolute absolutely accept access account across act actual actually add additional
    address admit advance advice advise afraid afternoon against age agent ago agree agreement air
    airline airport almost alone already although always am amazing amount angry annoy answer
    anymore anyway apart apologise apologize apology app apparently appear apply appointment
    appreciate april area arrival arrive article ask asleep attach attempt attendant attention
    attitude august auto automatic available average avoid awake aware awesome awful baby bad
    badly bag baggage bank bar barely base basic battery beat become bed begin behavior behaviour
    behind believe below best better big bill billing bit black blame block blue board boarding
    boat body book booking bother bottle bottom bought box boy branch brand break breakfast
    brilliant bring broke broken brother brought building bump bus business busy button buy cable
    call calm came cancel canceled cancellation cancelled car card care careful carry case cash
    catch cause cent center centre certain certainly chair challenge chance change charge chat
    cheap check child children choice choose christmas circle city claim class clean clear clearly
    clerk click client close closed clothes coach coat code coffee cold collect color colour come
    comfortable comment communication company compare compensate compensation competitor complain
    complaint complete completely computer concern condition confirm confirmation confuse connect
    connection consider constant constantly consumer contact continue contract control cool copy
    correct cost could counter country couple coupon course court cover crack crap crash crazy
    credit crew cry current currently customer cut daily damage dare data date daughter day dead
    deal dear death debit december decent decide deduct deep defect defective definitely delay
    delete deliver delivery demand department departure deposit describe deserve design desk
    despite destination detail device die different difficult difficulty dinner direct dirty
    disappoint disappointed disappointment disaster discount disgrace disgust disgusting dispute
    distance doctor dog dollar door double doubt download dozen draft dress drink drive driver
    drop dry due early earn easily easy eat effort eight electric email emergency employee empty
    end engine english enjoy enough ensure enter entire entirely entrance error escalate
    especially euro evening event eventually evidence exact exactly example excellent except
    exchange excuse exist expect expensive experience explain explanation extra extremely eye face
    fact fail failure fair fake fall false family fantastic far fast father fault favorite
    favourite fear feature february fee feed feedback feel feeling fell felt female fifteen fifty
    figure file fill final finally find fine finger finish fire first fit five fix flat flight
    floor fly flyer focus folk follow food foot force foreign forever forget form forward found
    four free french frequent fresh friday friend friendly front frustrate frustrating full fully
    fun function further future game garden gas gate gave gear general gentleman german ghost gift
    girl give given glad glass god gold good goods google grand grateful great green ground group
    grow guarantee guess guest guide guy half hand handle hang happen happy hard hardly hate head
    health hear heard heart heat heavy held hello help helpful hey hi high hit hold hole holiday
    home honest honestly hope horrible hospital hot hotel hour house hundred hung hurry hurt
    husband idea identify ignore imagine immediate immediately important impossible improve
    include including incompetent inconvenience incorrect increase incredible indeed industry
    inform information inside insist insult insurance interest internal international internet
    invoice involve issue item january job join joke july june keep kept key kid kill kind kindly
    kitchen knew label lack lady land language laptop large last late lately later laugh law
    lawyer lazy lead leak learn least leave leaving led left leg legal length letter level liar
    lie life light limit line link list listen literally little live load loan local location lock
    log login long look lose loss lost lot loud love low loyal loyalty luck lucky luggage lunch
    machine mad mail main make male man manage manager manner march mark market marketing match
    material matter maybe meal mean meant meanwhile measure meat meet member men mention mess
    message met middle mile million mind mine minimum minute miss missed missing mistake mobile
    model modern moment monday money month monthly morning mother mouth move movie name nasty
    nation near nearly necessary neighbour network new news next nice night nine noise normal
    normally north note notice notify november number numerous obvious obviously october odd offer
    office officer oil old online open operate operator opinion option orange order ordinary
    original otherwise outrage outrageous outside overcharge overnight owe owner pack package
    packaging packet page paid pain paint pair panel paper parcel parent park part particular
    partner party pass passenger passport password past patience patient pay payment pen penny
    people perfect perfectly perhaps period permission person personal phone photo pick picture
    piece pin place plain plan plane plant plastic platform play plenty plus pm pocket point
    police policy polite poor poorly position possible possibly post postage pound power practice
    prefer prepare present pressure pretty prevent previous previously price print printer prior
    privacy private probably problem procedure process produce product profile program programme
    project promise proof proper properly protect proud prove provide provider public pull
    purchase purpose push put qualify quality quarter question queue quick quickly quiet quit
    quite quote rain raise ran rang range rate reach read ready real realise realize reason
    receipt receive recent recently recommend record recover red reduce refer refund refuse regard
    region register regular regularly reject relation release rely remain remember remind remote
    remove renew renewal rent rep repair repeat replace replacement reply report represent
    representative request require reservation reserve resolution resolve respect respond response
    responsible rest restaurant result retail return review reward ride ridiculous right ring rip
    risk road room round route row rude ruin rule run rush sad safe safety said sale sales
    satisfaction satisfy saturday save saw say scam scan schedule school screen screw seal search
    season seat second security seem seen self sell send senior sense sent sentence separate
    september serious seriously serve service session set setting settle seven several shame share
    sharp ship shipment shipping shirt shit shock shocking shoe shoes shop shopping short show
    shower shut sick side sign signal silent similar simple simply single sir sister sit site
    situation six size skin sleep slip slow slowly small smart smell smile smoke smooth sofa soft
    software sold solution solve son sorry sort sound source south space spam speak special
    specific speed spell spend spent spoil spoke spot staff stage stain stair stand standard star
    start state statement station status stay steal stick stock stole stolen stone stood stop
    storage store storm story straight strange street stress strong stuck student stuff stupid
    style subject submit subscribe subscription success suck sudden suddenly suffer suggest suit
    suitable sum summer sunday supervisor supplier supply support suppose sure surface surprise
    suspend switch system table tablet take taken talk task taste tax taxi team tear technical
    technician technology telephone television tell temperature ten term terminal terms terrible
    terribly test text thank thanks theft thick thief thin think third thirty thought thousand
    three threw throw thursday ticket tie tight time tire tired title today toe told tomorrow
    tonight took tool top total totally touch tough tour toward town toy track tracking trade
    traffic train transaction transfer transport trash travel treat treatment tree trick trip
    trouble truck true truly trust truth try tuesday turn tv twelve twenty twice twitter two type
    ugly unable unacceptable understand unfair unfortunately unhappy unit unless unprofessional
    unreliable unsafe update upgrade upset urgent urgently use useful useless user usual usually
    vacation valid value van various vehicle version via video view visit voice voucher wait
    waiter walk wall want war warehouse warm warn warning warranty wash waste watch water weather
    web website wednesday week weekend weekly weird welcome went west wet wheel white wide wife
    wifi win window winter wish woman women wonder wonderful wood wooden word wore work worker
    world worry worse worst worth wow write written wrong wrote year yell yellow yesterday young
    zero zip
"""
FUNCTION = frozenset(_FUNCTION_WORDS.split())
KNOWN = FUNCTION | frozenset(_OTHER_WORDS.split())
_ENDING = re.compile(r"(?:'s|s'|n't|'re|'ve|'ll|'d|'m|ing|ed|er|est|ers|ies|es|s|ly|d|r)$")
_DOUBLE = re.compile(r"([b-df-hj-np-tv-z])\1$")
# Two to four letters (an abbreviation), or: a vowel, no five consonants in a row, no letter
# three times.
_WELL_FORMED = re.compile(
    r"[a-z]{2,4}$|(?=[a-z']*[aeiouy])"
    r"(?![a-z']*[bcdfghjklmnpqrstvwxz]{5})(?![a-z']*([a-z])\1\1)[a-z][a-z']{1,19}$"
)


@lru_cache(maxsize=20_000)
def known(word: str) -> float:
    """Tell how sure it is that a lower-case word is English: 1, or 0.5 for a well-formed one.

    Examples
    --------
    >>> known("refunded"), known("cancelling"), known("crm"), known("xkqzt")
    (1.0, 1.0, 0.5, 0.0)
    """
    if word in KNOWN:
        return 1.0
    stem = _ENDING.sub("", word)
    single = _DOUBLE.sub(r"\1", stem)
    if stem in KNOWN or single in KNOWN or stem + "e" in KNOWN or stem + "y" in KNOWN:
        return 1.0
    return 0.5 if _WELL_FORMED.match(word) else 0.0
