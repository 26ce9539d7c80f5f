"""Words of trades that comment spam is of: known to anybody, and written so in any language.

They are no evidence by themselves. What `bench.make_starter_model` finds out about a word it
keeps where the word is English; of these it need not guess that, though they stand more often
in names, addresses and foreign texts than in English ones.
"""

MEDICINES = """
viagra cialis levitra kamagra sildenafil tadalafil vardenafil xanax valium ambien tramadol
phentermine oxycontin adderall modafinil amoxicillin doxycycline azithromycin ciprofloxacin
prednisone propecia finasteride accutane lasix clomid nolvadex zithromax metformin lipitor
prozac zoloft ivermectin hydroxychloroquine steroids testosterone hgh cbd kratom
pharmacy drugstore prescription pills pill tablets capsules medication meds generic dosage mg
"""

PLAY = """
casino casinos poker slot slots roulette blackjack baccarat jackpot bet bets betting gambling
gamble bookmaker sportsbook lottery lotto bingo wager bonus judi togel bandar situs slotgame
"""

MONEY = """
loan loans payday lender lenders mortgage refinance credit debt cash insurance forex bitcoin
crypto cryptocurrency trading trader invest investment investors profit profits income earn
earning earnings dollars rich money
"""

SELLING = """
buy cheap cheapest discount discounts coupon coupons sale sales order shop shopping store
online free price prices offer offers deal deals wholesale replica replicas rolex handbags
vuitton gucci prada chanel nike jordan oakley sunglasses outlet jerseys watch watches
delivery shipping guaranteed
"""

SERVICES = """
seo backlink backlinks ranking rankings traffic marketing marketer website websites hosting
essay essays dissertation homework writers writing plumber plumbing locksmith roofing escort
escorts massage dating singles sex sexy porn xxx adult webcam cams nude hack hacks hacked cheats
keygen torrent followers subscribers subscribe likes views download click visit agency
consultant weight diet keto slimming fitness supplement supplements detox botox
"""

TERMS = frozenset(f"{MEDICINES} {PLAY} {MONEY} {SELLING} {SERVICES}".split())
