"""What tools call the pure functions and their parameters: the word lists behind :mod:`.computing` (rule P1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from inftool.servers.profiles.profile import word_set

Kind = Literal["number", "text", "numbers", "list", "any", "flag", "document"]


@dataclass(frozen=True)
class Known:
    """One way in which a tool can be a function."""

    function: str
    """Of :data:`inftool.servers.runtime.functions.table.FUNCTIONS`."""
    phrases: str
    """How tools are called, in the form of :attr:`inftool.servers.profiles.profile.Action.phrases`."""
    constants: Mapping[str, Any] = field(default_factory=dict, hash=False)
    said: str = ""
    """What the description must say."""
    without: str = ""
    """Parameters that the name settles, so that no argument is taken for them."""


KINDS: dict[str, Kind] = {
    **dict.fromkeys(word_set("text part old new form separator from_currency to_currency from_unit to_unit encoding "
                             "algorithm expression operation timezone from_zone to_zone ending"), "text"),
    **dict.fromkeys(word_set("numbers weights x y"), "numbers"),
    **dict.fromkeys(word_set("items"), "list"),
    **dict.fromkeys(word_set("sample"), "flag"),
    **dict.fromkeys(word_set("rows"), "document"),
    **dict.fromkeys(word_set("date start end digits unit order time rate today frequency timestamp"), "any"),
}  # fmt: skip
"""What a parameter takes; those that are not here take a number."""


def _table(text: str) -> dict[str, frozenset[str]]:
    """Read a table of words: each line names a parameter and its spellings, indented lines go on."""
    rows = text.strip().replace("\n        ", " ").splitlines()
    return {name.strip(): word_set(words) for name, _, words in (row.partition(":") for row in rows)}


SPELLINGS = _table("""
    a: a x num1 number1 n1 first firstnumber firstvalue value1 left operand1 minuend dividend numerator augend
        multiplicand string1 text1 str1 s1 word1 firststring firsttext firstword list1 point1 side1 sidea base1 leg1
    b: b y num2 number2 n2 second secondnumber secondvalue value2 right operand2 subtrahend divisor denominator
        addend multiplier string2 text2 str2 s2 word2 secondstring secondtext secondword list2 point2 side2 sideb
        base2 leg2
    c: c z side3 sidec constant
    number: number num n x value val input integer figure angle
    numbers: numbers nums values data list array numberlist dataset items samples series valuelist datapoints
        numberarray inputs
    weights: weights weighting
    base: base number x value b logbase
    exponent: exponent power exp n y p
    degree: degree n root index nth
    decimals: decimals decimalplaces places digits precision ndigits
    precision: precision decimalplaces decimals roundto digits
    part: part portion value substring substr sub prefix suffix pattern target search needle char character word
    total: total whole of base outof
    percent: percent percentage pct rate percentile tippercent tippercentage discountpercent discount discountrate
        discountpercentage tiprate p
    old: old oldvalue original initial initialvalue start from oldtext oldstring find search target oldsubstring
        before oldprice startvalue
    new: new newvalue final finalvalue end to newtext newstring replacement replace with newsubstring replacewith
        after newprice endvalue
    n: n number total items count num terms
    k: k r choose chosen size
    portion: part portion value amount obtained number numerator score
    before: old oldvalue original originalvalue initial initialvalue start startvalue from before previous oldprice
    after: new newvalue final finalvalue end endvalue to after current newprice
    operation: operation operator op action type method function
    limit: limit n max upto number upperlimit upperbound end
    angle: angle x value degrees radians number theta
    unit: unit angleunit units unitsystem system timeunit unitofmeasurement
    sample: sample issample
    x: x xs xvalues x1 list1 data1
    y: y ys yvalues y1 list2 data2
    items: items list array values elements data input numbers strings options choices parts words
    order: order direction descending desc reverse sortorder
    window: window windowsize period size
    radius: radius r
    length: length l len side1 maxlength max limit size
    width: width w breadth side2
    side: side a s sidelength edge length edgelength
    height: height h altitude
    x1: x1 xa
    y1: y1 ya
    x2: x2 xb
    y2: y2 yb
    latitude1: latitude1 lat1 startlat originlat startlatitude fromlat latitudea
    longitude1: longitude1 lon1 lng1 long1 startlon startlng originlon originlng startlongitude fromlon fromlng
        longitudea
    latitude2: latitude2 lat2 endlat destlat endlatitude destinationlat tolat latitudeb
    longitude2: longitude2 lon2 lng2 long2 endlon endlng destlon destlng endlongitude destinationlon tolon tolng
        longitudeb
    distance: distance d
    time: time t years duration period year term hours datetime timestring sourcetime
    principal: principal p amount initial initialinvestment investment loanamount initialamount presentvalue deposit
        loan
    rate: rate interestrate annualrate annualinterestrate r interest discountrate taxrate yearlyrate rateofinterest
    frequency: frequency n compoundsperyear compoundfrequency compoundingfrequency timesperyear compoundingperyear
        compoundperyear compoundingperiods
    years: years term termyears loanterm loantermyears time duration termofloan year
    months: months termmonths loantermmonths month numpayments
    amount: amount value bill billamount billtotal total sum quantity subtotal futurevalue delta days months years
        hours weeks minutes n number num daystoadd numberofdays numdays basecost money price interval offset
    people: people numpeople numberofpeople split splitbetween guests
    price: price originalprice amount cost
    gain: gain revenue returns finalvalue income
    cost: cost investment initialvalue expense
    weight: weight weightkg mass kg
    value: value amount quantity number measurement val num x temperature
    from_unit: fromunit from unitfrom sourceunit unitin inputunit source unit fromunits originalunit unit1
    to_unit: tounit to unitto targetunit unitout outputunit target destinationunit tounits newunit unit2
    text: text string str s input value content word sentence data message phrase inputtext inputstring plaintext
        encoded encodedtext encodedstring ciphertext json jsonstring csv csvdata csvstring url email roman numeral
        paragraph body title encodeddata jsondata csvtext jsontext
    separator: separator delimiter sep glue joiner
    count: count times n repeat repetitions number num rolls numdice
    start: start startdate begin from date1 startindex fromdate firstdate startday begindate index startpos
    end: end enddate finish to date2 endindex todate seconddate endday endpos
    ending: ending suffix ellipsis
    encoding: encoding format method type scheme codec
    shift: shift key offset n
    algorithm: algorithm method hash type hashtype hashalgorithm algo
    digits: digits number value binary hex hexadecimal octal num binarystring hexstring string
    from_base: frombase sourcebase basefrom inputbase
    to_base: tobase targetbase baseto outputbase
    indent: indent indentation spaces
    rows: rows data json items records list array
    date: date day datestring dateofbirth birthdate birthday dob datetime givendate startdate start basedate
        inputdate born time birth
    year: year y
    month: month m
    form: format form outputformat dateformat pattern targetformat formatstring
    today: today referencedate currentdate ondate asof
    timezone: timezone tz zone location city timezonename
    from_zone: fromtimezone fromtz sourcetimezone fromzone sourcetz timezonefrom originaltimezone from
    to_zone: totimezone totz targettimezone tozone targettz timezoneto to destinationtimezone
    timestamp: timestamp unixtimestamp epoch seconds unixtime ts unix
    expression: expression expr equation formula input query calculation
    from_currency: fromcurrency from basecurrency base sourcecurrency source currencyfrom origincurrency currency1
        fromcurrencycode currency
    to_currency: tocurrency to targetcurrency target quotecurrency destinationcurrency currencyto quote currency2
        tocurrencycode
    low: low min minimum start lower lowerbound from minvalue a
    high: high max maximum end upper upperbound to maxvalue b
    sides: sides faces numsides
""")
"""Argument names of each parameter, without case and separators."""

_MEASURES = "length/mass/weight/temperature/volume/area/speed/distance/data/time/pressure/energy/si/metric/imperial"
_SUM = "sum/addition/total"
KNOWN: tuple[Known, ...] = (
    Known("statistics.total", f"{_SUM} value?/number?/list?, sum/add/total value/number/list/array/integer, add/sum"),
    Known("arithmetic.add", f"add/plus/{_SUM} integer?"),
    Known("arithmetic.subtract", "subtract/minus/subtraction/difference/sub"),
    Known("statistics.product", "product/multiply list/array/number, product/multiply"),
    Known("arithmetic.multiply", "multiply/multiplication/product/time/mul"),
    Known("arithmetic.floor_divide", "floor/integer divide/division, floordiv"),
    Known("arithmetic.divide", "divide/division/quotient/div"),
    Known("arithmetic.modulo", "modulo/mod/modulus/remainder"),
    Known("arithmetic.power", "power/pow/exponent/exponentiate/exponentiation, raise power"),
    Known("arithmetic.square_root", "square root, sqrt"),
    Known("arithmetic.cube_root", "cube root, cbrt"),
    Known("arithmetic.nth_root", "nth root, root"),
    Known("arithmetic.square", "square"),
    Known("arithmetic.cube", "cube"),
    Known("arithmetic.absolute", "absolute/absolut, abs, absolute value"),
    Known("arithmetic.negate", "negate"),
    Known("arithmetic.rounded", "round, round decimal, round decimal place"),
    Known("arithmetic.ceiling", "ceil, ceiling, round up"),
    Known("arithmetic.floor", "floor, round down"),
    Known("arithmetic.truncate", "truncate, trunc"),
    Known("arithmetic.percent_change", "percent/percentage change/increase/decrease/difference"),
    Known("arithmetic.percent_of", "percent/percentage number/value/amount, percent/percentage"),
    Known("arithmetic.percentage", "percent/percentage"),
    Known("arithmetic.greatest_divisor", "gcd/hcf, greatest/highest common divisor/factor"),
    Known("arithmetic.least_multiple", "lcm, least/lowest common multiple"),
    Known("arithmetic.factorial", "factorial"),
    Known("arithmetic.combinations", "combination, comb, n choose k, binomial coefficient"),
    Known("arithmetic.permutations", "permutation, perm"),
    Known("arithmetic.is_prime", "i/is/check prime, prime check, check i/if/is prime, prime"),
    Known("arithmetic.prime_factors", "prime factor/factorization, factorize, factor"),
    Known("arithmetic.primes", "prime up?, generate/list prime, prime below/under/limit"),
    Known("arithmetic.divisors", "divisor, factor"),
    Known("arithmetic.fibonacci_sequence", "fibonacci sequence/series, generate fibonacci sequence?/series?"),
    Known("arithmetic.fibonacci", "fibonacci, fib, nth fibonacci"),
    Known("arithmetic.is_even", "is/check even"),
    Known("arithmetic.is_odd", "is/check odd"),
    Known("arithmetic.logarithm", "log10, log base 10, common log", constants={"base": 10}, without="base"),
    Known("arithmetic.logarithm", "log2", constants={"base": 2}, without="base"),
    Known("arithmetic.logarithm", "natural? log/logarithm, ln"),
    Known("arithmetic.exponential", "exponential, exp"),
    Known("arithmetic.sine", "sin, sine"),
    Known("arithmetic.cosine", "co/cos, cosine"),
    Known("arithmetic.tangent", "tan, tangent"),
    Known("arithmetic.arcsine", "asin, arcsin, arcsine"),
    Known("arithmetic.arccosine", "aco/acos, arccos, arccosine"),
    Known("arithmetic.arctangent", "atan, arctan, arctangent"),
    Known(
        "arithmetic.quadratic_roots",
        "solve? quadratic equation?/root?/formula?, quadratic root, root quadratic equation?",
    ),
    Known("arithmetic.compare", "compare number/value"),
    Known("statistics.most", "max/maximum/largest/biggest/highest value?/element?/list?"),
    Known("arithmetic.larger", "max/maximum/larger/greater"),
    Known("statistics.least", "min/minimum/smallest/lowest value?/element?/list?"),
    Known("arithmetic.smaller", "min/minimum/smaller"),
    Known("statistics.weighted_mean", "weighted mean/average"),
    Known("statistics.geometric_mean", "geometric mean"),
    Known("statistics.moving_average", "moving/rolling average/mean"),
    Known("statistics.mean", "mean/average/avg/arithmetic mean?/value?/list?"),
    Known("statistics.median", "median value?/list?"),
    Known("statistics.mode", "mode value?/list?"),
    Known(
        "statistics.deviation", "sample standard deviation, sample std", constants={"sample": True}, without="sample"
    ),
    Known(
        "statistics.deviation",
        "population? standard deviation, std, stdev, stddev, std dev",
        said=r"\bsample\b",
        constants={"sample": True},
    ),
    Known("statistics.deviation", "population? standard deviation, std, stdev, stddev, std dev"),
    Known("statistics.variance", "sample variance", constants={"sample": True}, without="sample"),
    Known("statistics.variance", "population? variance, var", said=r"\bsample\b", constants={"sample": True}),
    Known("statistics.variance", "population? variance, var"),
    Known("statistics.span", "range, range list"),
    Known("statistics.percentile", "percentile"),
    Known("statistics.correlation", "correlation, pearson correlation, correlation coefficient"),
    Known("statistics.regression", "linear regression"),
    Known("statistics.summary", "statistic, stat, describe, summary statistic, descriptive statistic"),
    Known("statistics.ordered", "sort list/array/value/string/integer/item?, sort, order list"),
    Known("statistics.backwards", "reverse list/array"),
    Known(
        "statistics.distinct",
        "unique value/element/item?, distinct value?, remove/deduplicate duplicate/list?, deduplicate",
    ),
    Known("statistics.how_many", "count item/element, list length, length list, array length"),
    Known("statistics.cumulative", "cumulative sum"),
    Known("geometry.circle_area", "circle area, area circle"),
    Known("geometry.circumference", "circle? circumference, circumference circle, circle perimeter, perimeter circle"),
    Known("geometry.rectangle_area", "rectangle area, area rectangle"),
    Known("geometry.rectangle_perimeter", "rectangle perimeter, perimeter rectangle"),
    Known("geometry.square_area", "square area, area square"),
    Known("geometry.square_perimeter", "square perimeter, perimeter square"),
    Known("geometry.triangle_area", "triangle area, area triangle"),
    Known("geometry.triangle_area_by_sides", "triangle area side?, area triangle side?, heron area"),
    Known("geometry.trapezoid_area", "trapezoid/trapezium area, area trapezoid/trapezium"),
    Known("geometry.sphere_volume", "sphere volume, volume sphere"),
    Known("geometry.sphere_area", "sphere surface? area, surface? area sphere"),
    Known("geometry.cylinder_volume", "cylinder volume, volume cylinder"),
    Known("geometry.cone_volume", "cone volume, volume cone"),
    Known("geometry.cube_volume", "cube volume, volume cube"),
    Known("geometry.box_volume", "box/cuboid/prism volume, volume box/cuboid, rectangular prism volume"),
    Known("geometry.hypotenuse", "hypotenuse, pythagorean theorem?, pythagora"),
    Known("geometry.distance", "euclidean? distance, distance between point?, point distance, distance point"),
    Known("geometry.point_distance", "euclidean? distance, distance between point?, point distance, distance point"),
    Known(
        "geometry.earth_distance",
        "haversine distance?, distance, great circle distance, "
        "distance between coordinate?/location?/point?, geo distance, coordinate distance, "
        "distance coordinate",
    ),
    Known("geometry.slope", "slope, slope line, line slope"),
    Known("geometry.speed", "speed, average speed, velocity"),
    Known("finance.simple_interest", "simple interest"),
    Known("finance.compound_interest", "compound/compounded interest, investment growth"),
    Known("finance.future_value", "future value, investment return"),
    Known("finance.present_value", "present value"),
    Known(
        "finance.loan_payment",
        "loan/mortgage/monthly payment?, monthly loan/mortgage payment, emi, loan emi, monthly payment",
    ),
    Known("finance.return_on_investment", "roi, return investment"),
    Known("finance.tip", "tip, tip amount"),
    Known("finance.discount", "discount, apply discount, discounted price, discount price"),
    Known("finance.tax", "tax, sale tax, vat, tax amount"),
    Known("finance.body_mass_index", "bmi, body mass index"),
    Known(
        "money.exchange",
        "convert/exchange currency, currency conversion/converter/convert/exchange, convert money, exchange",
    ),
    Known("money.exchange_rate", "currency? exchange/conversion rate, currency rate"),
    Known("money.currencies", "list/supported currency, list supported/available currency"),
    Known(
        "units.convert",
        "convert, convert unit/measurement/measure, unit conversion/converter/convert, imperial si conversion, "
        f"convert {_MEASURES} unit?, {_MEASURES} unit? conversion/converter/convert",
    ),
    Known("texts.upper", "upper, uppercase, upper case, convert/change uppercase, text/string upper/uppercase"),
    Known("texts.lower", "lower, lowercase, lower case, convert/change lowercase, text/string lower/lowercase"),
    Known("texts.title", "title case, titlecase, convert title case"),
    Known("texts.capitalize", "capitalize, capitalize text/string/word"),
    Known("texts.swap_case", "swap case, swapcase"),
    Known("texts.snake", "snake case, convert snake case"),
    Known("texts.kebab", "kebab case, slugify, slug, generate slug"),
    Known("texts.camel", "camel case, convert camel case"),
    Known("texts.backwards", "reverse, reverse text/string/word, string/text reverse"),
    Known(
        "texts.length",
        "length, string/text length, length text/string, count/character character/count/length text?, count character",
    ),
    Known("texts.length", "character/char count, count character/char"),
    Known("texts.count_words", "word count, count word, count word text/string"),
    Known("texts.count_lines", "line count, count line"),
    Known("texts.count_vowels", "vowel count, count vowel"),
    Known(
        "texts.count_of",
        "count occurrence/substring/character/letter, occurrence, substring count, count letter/character/word",
    ),
    Known("texts.frequencies", "word frequency, frequency word, count word frequency"),
    Known("texts.letter_frequencies", "character/letter/char frequency, character count"),
    Known("texts.statistics", "text/string statistic/stat, analyze text"),
    Known("texts.replace", "replace, replace text/string/substring, string/text replace, find replace"),
    Known("texts.split", "split, split text/string, string split, tokenize"),
    Known("texts.lines", "split line, line, text line"),
    Known("texts.join", "join, join string/text/list/word, concatenate, concat, concatenate string/list"),
    Known("texts.concatenate", "concatenate, concat, concatenate/concat/join string/text, string concat"),
    Known("texts.trim", "trim, strip, trim/strip text/string/whitespace"),
    Known("texts.without_spaces", "remove space/whitespace"),
    Known("texts.without_punctuation", "remove punctuation"),
    Known("texts.repeat", "repeat, repeat text/string"),
    Known("texts.part", "substring, slice, slice text/string, extract substring"),
    Known("texts.truncate", "truncate, truncate text/string"),
    Known("texts.is_palindrome", "is/check palindrome, palindrome check?, check is/if palindrome"),
    Known("texts.is_anagram", "is/check anagram, anagram check?, check is/if anagram"),
    Known("texts.contains", "contain, text/string contain, contain substring"),
    Known("texts.starts_with", "start, start prefix, text/string start"),
    Known("texts.ends_with", "end, end suffix, text/string end"),
    Known("texts.edit_distance", "edit distance, levenshtein distance?"),
    Known("texts.numbers_in", "extract number, number text"),
    Known("texts.emails_in", "extract email"),
    Known("texts.links_in", "extract url/link"),
    Known("texts.is_email", "validate email, is valid? email, check email, validate email address, email validate"),
    Known("texts.is_link", "validate url, is valid? url, check url"),
    Known("texts.sorted_lines", "sort line"),
    Known("codes.base64_encode", "base64 encode, encode base64, base64 encode text/string, text/string base64"),
    Known("codes.base64_decode", "base64 decode, decode base64, base64 decode text/string, base64 text/string"),
    Known("codes.hex_encode", "hex encode, encode hex, text/string hex"),
    Known("codes.hex_decode", "hex decode, decode hex, hex text/string"),
    Known("codes.url_encode", "url encode, encode url, percent encode"),
    Known("codes.url_decode", "url decode, decode url, percent decode"),
    Known("codes.html_encode", "html encode/escape, encode/escape html"),
    Known("codes.html_decode", "html decode/unescape, decode/unescape html"),
    Known("codes.encode", "encode, encode text/string, text encode"),
    Known("codes.decode", "decode, decode text/string, text decode"),
    Known("codes.caesar", "caesar cipher?/encrypt?/encode?"),
    Known("codes.rot13", "rot13, rot13 encode"),
    Known("codes.morse", "morse, morse encode, text morse, morse code, convert morse code?"),
    *(
        Known(
            "codes.digest",
            f"{name}, {name} hash, hash {name}, generate {name} hash?, compute {name}",
            constants={"algorithm": name},
            without="algorithm",
        )
        for name in ("md5", "sha1", "sha256", "sha512", "crc32")
    ),
    Known("codes.digest", "hash, hash text/string/password/data, text/string hash, generate hash, digest, checksum"),
    Known(
        "codes.to_base",
        "decimal/integer/int/number binary, convert decimal binary, binary",
        constants={"base": 2},
        without="base",
    ),
    Known(
        "codes.to_base",
        "decimal/integer/int/number hex/hexadecimal, convert decimal hex/hexadecimal",
        constants={"base": 16},
        without="base",
    ),
    Known(
        "codes.to_base",
        "decimal/integer/int/number octal, convert decimal octal",
        constants={"base": 8},
        without="base",
    ),
    Known(
        "codes.from_base", "binary decimal/integer/int, convert binary decimal", constants={"base": 2}, without="base"
    ),
    Known(
        "codes.from_base",
        "hex/hexadecimal decimal/integer/int, convert hex/hexadecimal decimal",
        constants={"base": 16},
        without="base",
    ),
    Known(
        "codes.change_base",
        "convert base, base convert/conversion/converter, number base conversion, convert number base",
    ),
    Known("codes.to_base", "convert base, base convert/conversion"),
    Known("codes.to_roman", "roman, roman numeral, integer/int/decimal/number/convert/arabic roman numeral?"),
    Known("codes.from_roman", "roman integer/int/decimal/number/arabic, roman numeral integer/decimal, convert roman"),
    Known("codes.is_json", "validate json, is valid? json, json validate, check json"),
    Known("codes.format_json", "format json, pretty print? json, json format, prettify json, beautify json"),
    Known("codes.minify_json", "minify/compact json, json minify"),
    Known("codes.parse_json", "parse json, json parse"),
    Known("codes.csv_to_rows", "csv json, parse csv, convert csv json, csv parse"),
    Known("codes.rows_to_csv", "json csv, convert json csv"),
    Known(
        "dates.days_between",
        "day between date?, date difference/diff, day difference, count day, difference day, "
        "difference date?, day date",
    ),
    Known(
        "dates.difference",
        "date/time difference/diff, difference between date?/time?, time between, duration between?, "
        "date between, difference date?, time difference",
    ),
    Known("dates.add_time", "add day", constants={"unit": "days"}, without="unit"),
    Known(
        "dates.add_time", "date add, add date/time, add day/time/duration date, add date day, date offset, date after"
    ),
    *(
        Known("dates.add_time", f"add {unit}", constants={"unit": unit}, without="unit")
        for unit in ("week", "month", "year", "hour", "minute")
    ),
    Known("dates.subtract_time", "subtract day date?, date subtract, subtract date/time"),
    Known("dates.weekday", "day week, weekday, day of week date, date weekday, what day"),
    Known("dates.is_weekend", "is/check weekend"),
    Known("dates.day_of_year", "day year"),
    Known("dates.week_number", "week number, week year, iso week"),
    Known("dates.is_leap_year", "is/check leap year, leap year, check is/if leap year"),
    Known("dates.days_in_month", "day month, month day"),
    Known("dates.format_date", "format date/time/datetime, date format, convert date format?, reformat date"),
    Known("dates.age", "age, age birthdate/birthday, calculate age date?"),
    Known(
        "dates.convert_zone",
        "convert time/timezone zone?, time zone? convert/conversion/converter, timezone convert/conversion, "
        "convert time between zone/timezone, convert timezone",
    ),
    Known("dates.today", "today, today date, current date, date today"),
    Known("dates.timestamp", "current/unix timestamp, current unix timestamp, timestamp"),
    Known(
        "dates.now",
        "current time/datetime, now, current date time, time, time now, current time zone/timezone/city, "
        "date time, time city/timezone/zone",
    ),
    Known("dates.to_timestamp", "date/datetime timestamp/epoch, convert date timestamp"),
    Known("dates.from_timestamp", "timestamp/epoch date/datetime/time, convert timestamp date?, unix time date"),
    Known("arithmetic.operate", "calculate, calculator, calc, compute, operation, arithmetic, math"),
    Known(
        "expressions.calculate",
        "calculate, evaluate, calculator, calc, compute, solve, "
        "calculate/evaluate/compute math?/arithmetic?/mathematical? expression, math expression, expression, "
        "math, evaluate formula, eval expression",
    ),
    Known(
        "chance.random_integer",
        "random number/integer/int, random, generate random number/integer, random number range",
    ),
    Known("chance.random_number", "random float/decimal/number, random, generate random float/number"),
    Known(
        "chance.random_choice",
        "random choice/element/item, choose/pick random, pick/choose random item/element, choice",
    ),
    Known("chance.uuid", "uuid, generate uuid, create uuid, uuid4, generate guid"),
    Known("chance.password", "generate password, generate random password, random password"),
    Known("chance.dice", "roll dice/die/d20, dice roll, die roll, roll"),
    Known("chance.coin", "flip/toss coin, coin flip/toss"),
)
"""The narrower ways stand before the wider ones; the first that a tool fits is taken."""
