"""English to run models on: sentences of our own, and paragraphs that every CPython carries."""

import re
from pydoc_data.topics import topics

SENTENCES = """
A brown dog is running along the beach with a red ball in its mouth.
Two children are building a castle out of wet sand.
A bowl of noodles with an egg, spring onions and two wooden chopsticks.
The old lighthouse stands on a rock at the end of the bay.
A man in a yellow coat is waiting for the bus in the rain.
There is a cat asleep on the windowsill between two pots of basil.
A woman plays the cello in an empty concert hall.
Snow lies on the roofs, and smoke rises from a single chimney.
A train crosses a high stone bridge above a river valley.
Three bicycles lean against a wall that is covered with posters.
The kitchen table is set for six, with candles and a jug of water.
A close-up of a bee on a purple flower.
An aeroplane has left a white line across the evening sky.
A young man is repairing the chain of his bicycle on the pavement.
Fresh bread, cheese and grapes lie on a wooden board.
A crowd watches a street musician juggling with burning torches.
How do I reset the password of my account?
I forgot my login details and cannot get into my account any more.
The committee will publish its report on the first of March.
In spring the committee's findings are to be made public.
The experiment failed because the sensor had not been calibrated.
Since nobody had adjusted the sensor, the measurement was worthless.
Prices rose by three per cent last year, more than wages did.
Wages could not keep pace with inflation over the past twelve months.
The recipe calls for two eggs, a cup of flour and a pinch of salt.
Mix the flour with the eggs, add some salt and let the dough rest.
A whale can stay under water for more than an hour.
Some mammals hold their breath for a very long time.
The museum is closed on Mondays and on public holidays.
You cannot visit the exhibition on the first day of the week.
She sold her car because the repairs would have cost too much.
The vehicle was not worth mending, so its owner got rid of it.
The bridge was opened in 1932 after eight years of work.
Light travels faster than sound, which is why thunder follows lightning.
Our train leaves at a quarter past seven from platform nine.
The patient complained of headaches and a sore throat.
He has been learning the violin since he was five years old.
Most of the islands are uninhabited and can be reached by boat only.
The judge rejected the appeal for lack of evidence.
Water boils at a lower temperature on top of a mountain.
""".strip().splitlines()
"""As captions are, and as questions, statements and rephrasings of some of them."""


def paragraphs(minimum: int = 400) -> list[str]:
    """Running prose of the Python reference manual, in the order of its topics, without repetition."""
    found: dict[str, None] = {}
    for name in sorted(topics):
        for paragraph in re.split(r"\n\s*\n", topics[name]):
            lines = [line.strip() for line in paragraph.splitlines()]
            text = " ".join(lines).replace('"', "")
            letters = sum(c.isalpha() or c == " " for c in text)
            if len(text) >= minimum and letters > 0.93 * len(text) and "::=" not in text:
                found.setdefault(text)
    return list(found)
