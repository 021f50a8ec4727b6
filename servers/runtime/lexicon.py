"""The words that invented values are made of, and what a field or an entity is about, judged by its name.

Names of people, streets, dishes and the like are the lists that mimesis ships (locale ``en``), read once as data: a
draw then costs one index, and no random stream is shared between fields. The rest are short lists of everyday things,
chosen so that any two of them read well side by side.
"""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple


def _listed(text: str) -> tuple[str, ...]:
    """Split a list that is written with a bar between its entries."""
    return tuple("".join(line.strip() for line in text.splitlines()).split("|"))


ADJECTIVES = _listed(
    """
    Amber|Ancient|Autumn|Blue|Bright|Brave|Calm|Clear|Coastal|Copper|Crimson|Distant|Early|Eastern|
    Evergreen|First|Gentle|Golden|Grand|Green|Hidden|High|Indigo|Ivory|Late|Little|Lively|Lunar|Maple|
    Misty|Modern|Northern|Open|Pearl|Quiet|Rapid|Red|Royal|Scarlet|Silent|Silver|Simple|Southern|Spring|
    Steady|Summer|Sunny|Swift|Violet|Western|White|Wild|Winter|Wooden
    """
)
NOUNS = _listed(
    """
    Anchor|Arbor|Bay|Beacon|Bridge|Brook|Canyon|Cedar|Cliff|Cloud|Compass|Creek|Crown|Delta|Ember|
    Falcon|Field|Forest|Fountain|Garden|Gate|Grove|Harbor|Harvest|Haven|Heron|Hill|Horizon|Island|Lake|
    Lantern|Lighthouse|Meadow|Mill|Moon|Mountain|Oak|Ocean|Orchard|Path|Pine|Point|Prairie|Ridge|River|
    Sail|Shore|Sky|Spark|Spring|Star|Stone|Summit|Sunrise|Thicket|Tide|Tower|Trail|Valley|Wave|Willow|
    Wind
    """
)
TOPICS = _listed(
    """
    urban gardening|sourdough baking|remote work|river swimming|solar power|winter cycling|public libraries|
    street photography|board games|night trains|wild mushrooms|paper maps|rooftop farming|open data|
    vintage radios|mountain huts|coral reefs|slow travel|home repair|community choirs|bird watching|
    coffee roasting|old bridges|tidal energy|language learning|small museums|trail running|pottery|canal boats|
    chess openings|star maps|tea gardens|bicycle lanes|composting|kite making|harbor towns|jazz records|
    desert plants|cave art|letterpress
    """
)
TOPIC_WORDS = _listed(
    """
    travel|cooking|music|garden|winter|summer|design|history|science|sports|health|finance|nature|art|
    books|film|family|outdoor|indoor|vintage|seasonal|local|urgent|beginner|advanced|family-friendly|
    weekend|office|kitchen|photography|fitness|technology|education|wellness|crafts|gaming|food|drinks|
    community|research|energy|ocean
    """
)
PRODUCTS = _listed(
    """
    Desk Lamp|Water Bottle|Backpack|Coffee Grinder|Rain Jacket|Notebook|Keyboard|Tea Kettle|Camping Stove|
    Wool Blanket|Bike Light|Headphones|Wall Clock|Cutting Board|Travel Mug|Yoga Mat|Phone Stand|Picture Frame|
    Garden Hose|Tool Box|Running Shoes|Reading Chair|Bread Knife|Picnic Basket|Plant Pot|Sleeping Bag|
    Table Fan|Umbrella|Sketch Pad|Lunch Box
    """
)
PRODUCT_ADJECTIVES = _listed(
    """
    Classic|Compact|Durable|Elegant|Foldable|Handmade|Insulated|Lightweight|Modern|Portable|Premium|
    Recycled|Rustic|Slim|Sturdy|Vintage|Waterproof
    """
)
PET_NAMES = _listed(
    """
    Luna|Milo|Bella|Charlie|Daisy|Max|Rosie|Oscar|Willow|Finn|Poppy|Leo|Hazel|Jasper|Nala|Ollie|Ruby|
    Simba|Pepper|Biscuit|Clover|Ziggy|Maple|Toby|Juno|Rusty|Olive|Bruno|Misty|Archie
    """
)
TASK_VERBS = _listed(
    """
    Review|Update|Prepare|Finish|Improve|Draft|Check|Organize|Share|Replace|Document|Print
    """
)
TASK_OBJECTS = _listed(
    """
    quarterly budget|onboarding guide|login page|travel plan|release notes|backup script|customer survey|
    search index|meeting agenda|spare parts list|holiday schedule|invoice template|photo archive|mailing list|
    welcome email|price list|contact form|training plan|supply order|floor plan|newsletter|test report|
    reading list|garden plan
    """
)
TEXT_TITLES = _listed(
    """
    A field guide to {}|Notes on {}|In praise of {}|Getting started with {}|The quiet return of {}|
    What we learned about {}|A beginner's view of {}|Rethinking {}|The future of {}|Ten lessons from {}|
    A short history of {}|Weekend plans: {}
    """
)
EVENT_TITLES = _listed(
    """
    Festival|Evening|Workshop|Tour|Fair|Concert|Exhibition|Talk|Meetup|Market|Gala|Walk
    """
)
PLACE_TITLES = _listed(
    """
    House|Hall|Park|Square|Center|Corner|Terrace|Lodge|Gallery|Pavilion
    """
)
SECTORS = _listed(
    """
    Logistics|Foods|Textiles|Robotics|Consulting|Media|Energy|Software|Furniture|Travel|Books|Labs|Optics|
    Design
    """
)
COMMENTS = _listed(
    """
    Looks good to me, thanks for the quick update.|Could we move this to next week?|
    I checked it twice and it works.|Please add a short summary at the top.|Great idea, count me in.|
    This arrived on time and in good condition.|I would change the second part.|Happy to help with this one.|
    The photos are beautiful.|Let us talk about this on Monday.|Very friendly and helpful service.|
    A bit smaller than expected, but fine.|We tried this last year and it went well.|
    The instructions were easy to follow.|Thank you, that answers my question.|
    I will bring the missing parts tomorrow.
    """
)
SENTENCES = _listed(
    """
    A {adjective} {label} for {audience}.|{Label} prepared for {occasion}.|
    Everything you need to know about {topic}.|A short introduction to {topic}.|Made with {audience} in mind.|
    Set up for {occasion} and ready to use.|Put together by {audience} who care about {topic}.|
    A {adjective} choice for {occasion}.|Shared with {audience} before {occasion}.|Inspired by {topic}.
    """
)
PLAIN_ADJECTIVES = _listed(
    """
    simple|reliable|friendly|practical|popular|compact|careful|well-kept|versatile|colorful
    """
)
AUDIENCES = _listed(
    """
    small teams|families|new members|weekend travelers|students|the whole office|regular visitors|beginners|
    local groups|curious readers
    """
)
OCCASIONS = _listed(
    """
    the spring season|the yearly meeting|a rainy weekend|the summer program|the next release|the opening day|
    the school holidays|a long journey|the harvest week|the monthly review
    """
)
COLORS = _listed(
    """
    red|orange|yellow|green|blue|purple|pink|brown|black|white|gray|teal|navy|gold|silver
    """
)
UNITS = _listed(
    """
    piece|kg|g|liter|meter|box|hour
    """
)
EMOJI = ("😀", "🎉", "🚀", "🌱", "📘", "🔥", "⭐", "🍀")
REASONS = _listed("Change of plans|Routine check|Requested by the customer|Running late|Out of stock|Duplicate entry")
STATUSES = _listed(
    """
    active|pending|open|completed
    """
)
DEPARTMENTS = _listed(
    """
    Engineering|Sales|Marketing|Finance|Operations|Support|Research|Legal|Design|Logistics
    """
)
FILE_STEMS = _listed(
    """
    report|invoice|notes|photo|budget|schedule|summary|minutes|contract|map|agenda|draft
    """
)
FILE_ENDINGS = _listed(
    """
    pdf|txt|csv|png|docx|json
    """
)
MIME_TYPES = _listed(
    """
    application/pdf|text/plain|text/csv|image/png|image/jpeg|application/json
    """
)
SPECIES = _listed(
    """
    dog|cat|rabbit|parrot|turtle|hamster|pony|canary
    """
)


class Place(NamedTuple):
    """A city with what belongs to it, so that one row's city, country, currency and position agree."""

    city: str
    region: str
    country: str
    country_code: str
    postcode: str
    latitude: float
    longitude: float
    currency: str
    timezone: str
    locale: str


PLACES = tuple(
    Place(a, b, c, d, e, float(f), float(g), h, i, j)
    for a, b, c, d, e, f, g, h, i, j in (
        line.split("|")
        for line in """\
Berlin|Berlin|Germany|DE|10115|52.52|13.405|EUR|Europe/Berlin|de-DE
Paris|Ile-de-France|France|FR|75004|48.8566|2.3522|EUR|Europe/Paris|fr-FR
London|England|United Kingdom|GB|SE1 9GF|51.5072|-0.1276|GBP|Europe/London|en-GB
Madrid|Madrid|Spain|ES|28013|40.4168|-3.7038|EUR|Europe/Madrid|es-ES
Lisbon|Lisbon|Portugal|PT|1100-148|38.7223|-9.1393|EUR|Europe/Lisbon|pt-PT
Rome|Lazio|Italy|IT|00184|41.9028|12.4964|EUR|Europe/Rome|it-IT
Vienna|Vienna|Austria|AT|1010|48.2082|16.3738|EUR|Europe/Vienna|de-AT
Amsterdam|North Holland|Netherlands|NL|1012|52.3676|4.9041|EUR|Europe/Amsterdam|nl-NL
Copenhagen|Capital Region|Denmark|DK|1050|55.6761|12.5683|DKK|Europe/Copenhagen|da-DK
Oslo|Oslo|Norway|NO|0150|59.9139|10.7522|NOK|Europe/Oslo|nb-NO
Stockholm|Stockholm|Sweden|SE|11120|59.3293|18.0686|SEK|Europe/Stockholm|sv-SE
Dublin|Leinster|Ireland|IE|D02 X285|53.3498|-6.2603|EUR|Europe/Dublin|en-IE
Prague|Prague|Czechia|CZ|11000|50.0755|14.4378|CZK|Europe/Prague|cs-CZ
Boston|Massachusetts|United States|US|02108|42.3601|-71.0589|USD|America/New_York|en-US
Chicago|Illinois|United States|US|60601|41.8781|-87.6298|USD|America/Chicago|en-US
Denver|Colorado|United States|US|80202|39.7392|-104.9903|USD|America/Denver|en-US
Seattle|Washington|United States|US|98101|47.6062|-122.3321|USD|America/Los_Angeles|en-US
Austin|Texas|United States|US|78701|30.2672|-97.7431|USD|America/Chicago|en-US
Portland|Oregon|United States|US|97205|45.5152|-122.6784|USD|America/Los_Angeles|en-US
Toronto|Ontario|Canada|CA|M5H 2N2|43.6532|-79.3832|CAD|America/Toronto|en-CA
Montreal|Quebec|Canada|CA|H2Y 1C6|45.5019|-73.5674|CAD|America/Toronto|fr-CA
Sydney|New South Wales|Australia|AU|2000|-33.8688|151.2093|AUD|Australia/Sydney|en-AU
Melbourne|Victoria|Australia|AU|3000|-37.8136|144.9631|AUD|Australia/Melbourne|en-AU
Auckland|Auckland|New Zealand|NZ|1010|-36.8485|174.7633|NZD|Pacific/Auckland|en-NZ
Tokyo|Tokyo|Japan|JP|100-0001|35.6762|139.6503|JPY|Asia/Tokyo|ja-JP
Kyoto|Kyoto|Japan|JP|600-8216|35.0116|135.7681|JPY|Asia/Tokyo|ja-JP
Singapore|Singapore|Singapore|SG|018956|1.3521|103.8198|SGD|Asia/Singapore|en-SG
Mumbai|Maharashtra|India|IN|400001|19.076|72.8777|INR|Asia/Kolkata|en-IN
Cape Town|Western Cape|South Africa|ZA|8001|-33.9249|18.4241|ZAR|Africa/Johannesburg|en-ZA
Nairobi|Nairobi|Kenya|KE|00100|-1.2921|36.8219|KES|Africa/Nairobi|en-KE
Santiago|Santiago|Chile|CL|8320000|-33.4489|-70.6693|CLP|America/Santiago|es-CL
Recife|Pernambuco|Brazil|BR|50030|-8.0476|-34.877|BRL|America/Recife|pt-BR""".splitlines()
    )
)

_LISTS = {
    "given_names": ("person", ("names", "female"), ("names", "male")),
    "surnames": ("person", ("surnames",)),
    "occupations": ("person", ("occupation",)),
    "nationalities": ("person", ("nationality",)),
    "languages": ("person", ("language",)),
    "universities": ("person", ("university",)),
    "streets": ("address", ("street", "name")),
    "banks": ("finance", ("banks",)),
    "dishes": ("food", ("dishes",)),
    "drinks": ("food", ("drinks",)),
    "fruits": ("food", ("fruits",)),
}


@cache
def _dataset(name: str) -> dict[str, Any]:
    """Read one of mimesis' English data files; found without importing the package, whose import is slow."""
    found = find_spec("mimesis")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("mimesis is not installed; `pip install mimesis` brings the word lists")
    text = (Path(found.origin).parent / "datasets" / "en" / f"{name}.json").read_text(encoding="utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


@cache
def words(name: str) -> tuple[str, ...]:
    """Return a list of mimesis by our name for it, plain ASCII entries of at most 40 letters, sorted and distinct."""
    file, *paths = _LISTS[name]
    found: set[str] = set()
    for path in paths:
        data: Any = _dataset(str(file))
        for step in path:
            data = data[step]
        found.update(entry for entry in data if entry.isascii() and 2 < len(entry) <= 40)
    return tuple(sorted(found))


_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")


@lru_cache(maxsize=8192)
def tokens(name: str) -> tuple[str, ...]:
    """Split a field name into lower-case words: ``shippingAddress2`` → ``("shipping", "address", "2")``."""
    return tuple(word.lower() for word in _WORD.findall(name[:200]))


def _table(text: str) -> dict[str, str]:
    pairs = (line.split(":", 1) for line in text.strip().splitlines())
    return {word: kind.strip() for kind, line in pairs for word in line.split()}


_LABELS = _table("""
person: user person customer author owner contact member employee student teacher patient doctor \
guest visitor driver \
passenger artist actor player assignee creator reviewer candidate profile client follower friend \
recipient sender buyer \
seller subscriber attendee participant manager staff people host tenant resident speaker coach nurse rider
animal: pet animal dog cat horse
company: company organization organisation vendor supplier merchant brand publisher employer business partner \
manufacturer carrier provider sponsor
product: product item article sku good goods inventory listing device equipment gift asset
text: post page book story blog document paper chapter essay note news lesson course survey quiz thread topic poem \
article report
task: task todo issue ticket card job bug reminder milestone step chore assignment request
event: event exhibition show concert meeting appointment session webinar festival conference tour \
class reservation booking
place: place location venue store shop branch room hotel restaurant museum warehouse park station \
airport office building \
property site
topic: tag category label genre subject interest keyword hashtag skill topic
dish: recipe dish meal menu food
drink: drink beverage cocktail
file: file attachment upload folder image photo
comment: comment review feedback reply message answer
""")

_STRINGS = _table("""
title: title headline subject heading topic summary caption
thing: name label nickname alias display
first_name: firstname givenname forename fname
last_name: lastname surname familyname lname
full_name: fullname author owner creator assignee customer contact recipient sender cardholder holder sender guest \
attendee reviewer manager username_display person attention
email: email mail
username: username login handle screenname user
password: password passwd secret passphrase
phone: phone telephone mobile fax phonenumber cell tel
city: city town locality municipality
state: state
region: province region county
country: country nation
country_code: countrycode
postcode: postcode zip zipcode postalcode postal
street: street address street1 address1 line1 addressline1 streetaddress
street_second: street2 address2 line2 addressline2 unit apartment suite
location: location venue place destination origin
url: url uri link website homepage href webpage site permalink blog
image: image avatar photo picture thumbnail icon logo photourl imageurl avatarurl cover banner img
description: description about bio details info overview abstract excerpt synopsis blurb tagline \
purpose notes remark remarks
body: body content text message comment note feedback review reply answer question post
date: date day birthday birthdate dob deadline
time: time hour
datetime: timestamp datetime created updated modified when expires expiry
currency: currency currencycode
language: language lang
locale: locale
timezone: timezone tz
color: color colour
company: company organization organisation employer vendor supplier brand manufacturer publisher business institution
department: department team division
occupation: occupation profession jobtitle job role position
nationality: nationality
university: university school college
bank: bank
sku: sku barcode partnumber modelnumber
code: code reference ref number serial token key hash checksum sha etag
ip: ip ipaddress
tag: tag category genre label keyword hashtag topic interest skill group type kind
file: file filename document attachment path
mime: mimetype contenttype mediatype
gender: gender sex
species: species animal
dish: dish meal recipe food
drink: drink beverage
fruit: fruit
version: version revision
unit: unit uom
slug: slug
uuid: uuid guid
id: id uid gid sid
size: size
cron: cron
object: object
emoji: emoji
reason: reason cause
status: status phase stage lifecycle condition
hex: digest fingerprint
sex: sex
""")

_NUMBERS = _table("""
money: price amount cost total fee balance salary subtotal tax budget discount revenue payment \
charge rate income wage value
small: quantity qty stock count available inventory seats copies guests votes likes views persons \
people participants \
items units number capacity nights bedrooms bathrooms rooms stops players
age: age
year: year
month: month
day: day
hour: hour hours
minutes: minute minutes duration runtime length
rating: rating stars score rank grade
latitude: latitude lat
longitude: longitude lng lon long
percent: percent percentage progress ratio
weight: weight mass
measure: height width depth distance size area radius volume
temperature: temperature temp
priority: priority level order position index sort sequence
page: page pages
epoch: timestamp created updated modified expires expiry at time
port: port
id: id uid gid sid
""")


@lru_cache(maxsize=8192)
def string_kind(name: str) -> str:
    """Return the kind of text that a field holds, judged by its name; ``""`` where the name says nothing."""
    return _kind(name, _STRINGS, ("at", "on", "date", "time"))


@lru_cache(maxsize=8192)
def number_kind(name: str) -> str:
    """Return the kind of number that a field holds, judged by its name; ``""`` where the name says nothing."""
    kind = _kind(name, _NUMBERS, ())
    return kind or next((kind for part in tokens(name) if (kind := _NUMBERS.get(part, "")) == "small"), "")


_MOMENTS = ("created", "updated", "modified", "edited", "published", "start", "end", "expiry", "expires", "deleted")


def _kind(name: str, table: dict[str, str], date_endings: tuple[str, ...]) -> str:
    parts = tokens(name)
    if not parts:
        return ""
    joined = "".join(parts)
    if joined in table:
        return table[joined]
    pair = "".join(parts[-2:])
    if len(parts) > 1 and pair in table:
        return table[pair]
    last = parts[-1]
    if len(parts) > 1 and last in date_endings:
        moment = last == "at" or (last == "time" and parts[-2] in _MOMENTS)
        return "datetime" if moment else {"on": "date"}.get(last, last)
    if last in table:
        return table[last]
    singular = last[:-1] if last.endswith("s") else last
    if singular in table:
        return table[singular]
    if last.isdigit() and len(parts) > 1 and parts[-2] in table:
        return table[parts[-2]]
    return ""


@lru_cache(maxsize=4096)
def label_kind(label: str) -> str:
    """Return what sort of thing an entity is (``person``, ``product``, ...), judged by its label; ``""`` if unknown."""
    word = (tokens(label) or ("",))[-1]
    for form in (word, word.removesuffix("s"), word.removesuffix("es")):
        if form in _LABELS:
            return _LABELS[form]
    return ""
