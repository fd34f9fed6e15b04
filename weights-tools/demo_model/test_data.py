"""What the data and the schedule promise. `python -m unittest test_data`, a few seconds."""

import random
import unittest

try:
    import numpy as np

    import shapes
    from bpe import BOS, IMAGE, PAD, newline, train_tokenizer
    from clip_captions import Facts, near_miss
    from clip_tokenizer import clip_files, clip_tokenizer
    from drawings import load_things
    from scenes import RELATIONS, pair_split, place, relation_of
    from schedule import Schedule
    from streams import patch_classes
    from supervision import IGNORED
except ModuleNotFoundError as missing:
    raise unittest.SkipTest(f"needs {missing.name}") from missing


class Shapes(unittest.TestCase):
    def test_derived_descriptions_agree_with_every_official_answer(self):
        for split in ("train", "development", "test"):
            for picture in shapes.load_pictures(split):
                for question, answer in picture.questions:
                    kind = shapes.kind(question)
                    fact = picture.colour if "color" in kind else picture.shape
                    if kind.startswith("what"):
                        self.assertEqual(answer, fact)
                    elif fact:
                        there = fact in question.rstrip("?").split()
                        self.assertEqual(answer == "yes", there != shapes.is_negated(question), question)

    def test_splits_share_no_picture(self):
        train, development = ({p.index for p in shapes.load_pictures(split)} for split in ("train", "development"))
        self.assertEqual((len(train), len(development), train & development), (3500, 500, set()))
        self.assertEqual(len(shapes.load_pictures("test")), 1000)

    def test_generated_questions_have_official_wording_and_answers(self):
        rng = random.Random(0)
        official = {pair for split in ("train", "test") for p in shapes.load_pictures(split) for pair in p.questions}
        official = {question for question, _ in official}
        for _ in range(500):
            question, answer = shapes.ask(rng, "red", "circle")
            self.assertIn(question, official)
            self.assertEqual(shapes.describe([(question, answer)])[0] or "red", "red")
            self.assertEqual(shapes.describe([(question, answer)])[1] or "circle", "circle")


class Scenes(unittest.TestCase):
    def test_placed_boxes_stand_as_asked(self):
        rng = random.Random(0)
        for relation in RELATIONS:
            (ya, xa), (yb, xb) = next(filter(None, (place(rng, (40, 50), (30, 30), relation) for _ in range(100))))
            dx, dy = (xb + 15 - xa - 25) / 112, (yb + 15 - ya - 20) / 112
            self.assertEqual(relation_of(dx, dy), relation)

    def test_pairs_are_split_whatever_their_order(self):
        pairs = [(a, b) for a in range(212) for b in range(a)]
        counts = {split: sum(pair_split(*pair) == split for pair in pairs) for split in ("train", "development", "test")}
        self.assertTrue(all(pair_split(a, b) == pair_split(b, a) for a, b in pairs))
        self.assertTrue(all(0.02 < counts[split] / len(pairs) < 0.05 for split in ("development", "test")), counts)

    def test_a_patch_is_named_by_what_covers_it(self):
        labels = np.zeros((112, 112), np.int16)
        labels[:14, :14] = 5  # all of patch 0
        labels[14:16, :14] = 5  # a seventh of patch 8: neither the thing nor background
        labels[:7, 14:28], labels[7:14, 14:28] = 3, 4
        labels[6, 14:28] = 4  # patch 1: eight rows of 4, six of 3
        classes = patch_classes(labels)
        self.assertEqual((classes[0], classes[8], classes[1], classes[63]), (5, IGNORED, 4, 0))


class Text(unittest.TestCase):
    def test_ids_follow_opt_and_words_are_whole(self):
        things = load_things()
        tokenizer = train_tokenizer(things)
        self.assertEqual([tokenizer.token_to_id(token) for token in ("<s>", "<pad>", "</s>", "<unk>")], [0, PAD, BOS, 3])
        self.assertEqual((newline(tokenizer), tokenizer.token_to_id(IMAGE)), (202, tokenizer.get_vocab_size() - 1))
        for thing in things:
            words = f"the {thing.name}".replace("-", " ").split()
            if "-" not in thing.name:
                self.assertEqual(len(tokenizer.encode(f" {' '.join(words)}").ids), 1 + len(words), thing.name)


class ClipTexts(unittest.TestCase):
    def test_turned_captions_say_the_same_and_near_misses_do_not(self):
        rng = random.Random(0)
        cat = Facts(("a cat", "a car"), "left")
        self.assertEqual((cat.text, cat.turned.text), ("a cat to the left of a car", "a car to the right of a cat"))
        self.assertEqual(cat.meaning, cat.turned.meaning)
        for facts in (cat, Facts(("a cat", "a car"), "and"), Facts(("a cat",), None, "red"), Facts(("circle",), None, "teal")):
            missed = [near_miss(rng, facts, ["a cat", "a car", "a dog"]) for _ in range(100)]
            self.assertNotIn(facts.meaning, [false.meaning for _, false in missed])
            self.assertGreater(len({change for change, _ in missed}), 1)
        self.assertEqual(Facts(("an owl",), None, "orange").text, "an owl on an orange background")

    def test_words_are_whole_and_the_last_ids_mark_beginning_and_end(self):
        files = clip_files(things := load_things())
        tokenizer, size = clip_tokenizer(files), len(files["vocab.json"])
        for thing in things:
            ids = tokenizer.encode(f"{thing.phrase} to the left of a red circle").ids
            self.assertEqual((ids[0], ids[-1]), (size - 2, size - 1))
            if thing.phrase.replace(" ", "").isalpha():
                self.assertEqual(len(ids), 9 + len(thing.phrase.split()), thing.phrase)


class Rates(unittest.TestCase):
    def test_what_comes_later_changes_no_earlier_step(self):
        final = Schedule(see=500, tell=1500, fall=1000, decay=700, knee=1400, rate=1e-3)
        without_knee = Schedule(see=500, tell=1200, fall=1000, decay=700, knee=1700, rate=1e-3)
        self.assertEqual([final.learning_rate(i) for i in range(1401)], [without_knee.learning_rate(i) for i in range(1401)])
        self.assertGreater(without_knee.learning_rate(1000), without_knee.learning_rate(1001))
        self.assertLess(final.learning_rate(1999), 0.02 * final.learning_rate(999))
