"""Surveys of the demo's year, as surveys.services would have left them."""

import random
from datetime import timedelta

from dealers.models import PointsEntry
from orders.models import Party
from surveys import messages
from surveys.answers import SCALE, STARS
from surveys.models import (
    Answer,
    Invitation,
    Purpose,
    Question,
    QuestionKind,
    Review,
    ReviewState,
    SurveySettings,
)
from surveys.outcomes import Outcome, outcome_of
from surveys.services.voiding import void_survey
from suz.local.demo.opinions import APOLOGIES, BY_STARS, LOST, REJECTIONS, THANKS, VOIDED

# Surveys were switched on this long ago; orders closed before were never asked about.
ON_FOR = timedelta(days=230)
# How many customers answer, and of them write something and let everybody read it.
ANSWERS, WRITES, PUBLISHES = 0.52, 0.6, 0.55
HOURS = (0.3, 90)
# Every so many-th dealer has been getting worse in the last months.
FALLING = 9
FALL_FOR, FALL = timedelta(days=80), 1.5
MEANS = (3.9, 4.85)
WORSE = {Outcome.SOLD: 0, Outcome.UNSOLD: 1.9, Outcome.CANCELLED: 0.9}
SPREAD = 0.75
SKIPS = 0.25
MODERATED_AFTER = timedelta(days=4)
REJECTED, WITHDRAWN, REPLIED = 0.07, 0.03, 0.45
TOLD_FOR = timedelta(days=3)
# Of these days every customer has answered and let everybody read it, so that reviews wait.
FRESH = timedelta(days=4)
MOST_TOLD = 40


class Surveys:
    """Plays surveys with draws of its own; ``ask`` and ``answer`` belong to the played year."""

    def __init__(self, rows, deeds, *, staff, now):
        self.rng = random.Random("suz demo surveys")
        self.rows, self.deeds, self.staff, self.now = rows, deeds, staff, now
        self.since = now - ON_FOR
        self.settings = SurveySettings(pk=1, enabled_since=self.since)
        self.questions = {
            outcome: list(Question.objects.asked_after(outcome)) for outcome in Outcome
        }
        self.recent = []

    def ask(self, order, moment):
        """Invite the customer of an order that has just closed; (survey, when it is answered).

        None where nobody is asked; the moment is None where nobody answers.
        """
        if moment < self.since:
            return None, None
        survey = self.rows.add(
            Invitation(
                order=order,
                dealer=order.dealer,
                region=order.region,
                outcome=outcome_of(order),
                created_at=moment,
                sent_at=moment,
                closes_at=moment + timedelta(days=self.settings.open_days),
                remind_at=moment + timedelta(days=self.settings.reminder_days),
                cycle=order.cycle,
            )
        )
        if self.now - moment < TOLD_FOR:
            self.recent.append(survey)
        if survey.remind_at < self.now:
            survey.reminded_at, survey.remind_at = survey.remind_at, None
        is_fresh = self._is_fresh(survey)
        if self.rng.random() > (1 if is_fresh else ANSWERS):
            return survey, None
        return survey, moment + timedelta(hours=self.rng.uniform(*HOURS) * (0.2 if is_fresh else 1))

    def answer(self, moment, survey):
        """The customer answers: stars count, some write, some let everybody read it."""
        order, rng = survey.order, self.rng
        if order.deleted_at or order.is_open:
            return
        stars = self._stars(survey, moment)
        survey.started_at, survey.answered_at = moment - timedelta(minutes=2), moment
        survey.rating, survey.remind_at = stars, None
        if survey.reminded_at and survey.reminded_at > moment:
            survey.reminded_at = None
        questions = self.questions[survey.outcome]
        survey.questions = [question.pk for question in questions]
        text = self._text(survey, stars)
        for question in questions:
            if given := self._given(question, stars, text):
                self.rows.add(Answer(invitation=survey, question=question, **given))
        if survey.dealer is None:
            return
        survey.points = self.settings.points_for(stars)
        if survey.points:
            kind = PointsEntry.Kind.RATING
            self.deeds.points(survey.dealer.pk, survey.points, kind, moment, order=order)
        standing = self.deeds.world.standing[survey.dealer.pk]
        standing.stars.append(stars)
        lets_read = self._is_fresh(survey) or rng.random() < PUBLISHES
        if text and survey.outcome == Outcome.SOLD and lets_read:
            self._review(survey, text, moment + timedelta(minutes=1))

    def write(self):
        """Settings, and what was told lately; after the rows are in the database."""
        self.settings.swept_until = self.now - timedelta(hours=2)
        self.settings.save()
        for survey in self.recent[-MOST_TOLD:]:
            messages.invited([survey], survey.created_at)
            if survey.rating and survey.rating <= 2:
                messages.rated_low(survey, survey.answered_at)
        self._void_one()
        for review in self.rows.lists[Review]:
            if review.state == ReviewState.WAITING:
                messages.review_written(review, review.created_at)

    def _void_one(self):
        """An administrator has taken one survey out; of three stars, so that no points move now."""
        fair = [
            survey
            for survey in self.rows.lists[Invitation]
            if survey.rating == 3 and survey.dealer and not survey.points
        ]
        if fair:
            void_survey(survey_id=fair[-1].pk, reason=VOIDED, by=self.staff[0], now=self.now)

    def _is_fresh(self, survey):
        return self.now - survey.created_at < FRESH

    def _stars(self, survey, moment):
        mean = sum(MEANS) / 2
        if survey.dealer:
            own = random.Random(f"stars {survey.dealer.slug}")
            mean = own.uniform(*MEANS)
            if own.randrange(FALLING) == 0 and self.now - moment < FALL_FOR:
                mean -= FALL
        mean -= WORSE[survey.outcome]
        drawn = round(self.rng.gauss(mean + 0.2, SPREAD))
        return max(STARS[0], min(STARS[-1], drawn))

    def _text(self, survey, stars):
        if not self._is_fresh(survey) and self.rng.random() > WRITES:
            return ""
        reason = survey.order.cancel_reason
        if reason and reason.party == Party.CUSTOMER and stars > 2:
            return self.rng.choice(LOST)
        if survey.outcome != Outcome.SOLD and stars > 2:
            return ""
        return self.rng.choice(BY_STARS[stars])

    def _given(self, question, stars, text):
        """The fields of an Answer, or None where the question is passed over."""
        rng = self.rng
        if question.purpose == Purpose.RATING:
            return {"number": stars}
        if question.kind == QuestionKind.TEXT:
            return {"text": text} if text and question.purpose == Purpose.REVIEW else None
        if rng.random() < SKIPS and not question.is_required:
            return None
        last = len(question.options) - 1
        match question.kind:
            case QuestionKind.STARS:
                return {"number": max(1, min(5, stars + rng.choice((-1, 0, 0, 0, 1))))}
            case QuestionKind.SCALE:
                wanted = round(stars * 2 + rng.uniform(-1.6, 0.8))
                return {"number": max(SCALE[0], min(SCALE[-1], wanted))}
            case QuestionKind.CHOICE if question.for_sold:
                late = 2 if stars <= 3 else 0
                return {"choices": [rng.choice((late, late, 0, 0, 1, last))]}
            case QuestionKind.CHOICE:
                return {"choices": [rng.randint(0, last)]}
        count = min(last, rng.randint(1, 3) if stars > 3 else 1)
        return {"choices": sorted(rng.sample(range(last + 1), count))}

    def _review(self, survey, text, moment):
        rng = self.rng
        review = self.rows.add(
            Review(
                survey=survey,
                dealer=survey.dealer,
                stars=survey.rating,
                text=text,
                name=survey.order.customer_name.split(" ")[0],
                created_at=moment,
                consent_at=moment,
                consent_address="127.0.0.1",
            )
        )
        looked_at = moment + timedelta(hours=rng.uniform(3, 40))
        if self.now - moment < MODERATED_AFTER or looked_at > self.now:
            return
        review.moderated_at, review.moderated_by = looked_at, self.staff[1]
        draw = rng.random()
        if draw < REJECTED:
            review.state, review.reason = ReviewState.REJECTED, rng.choice(REJECTIONS)
            return
        if draw < REJECTED + WITHDRAWN:
            review.state, review.moderated_by = ReviewState.WITHDRAWN, None
            return
        review.state = ReviewState.PUBLISHED
        replied = looked_at + timedelta(hours=rng.uniform(1, 60))
        if rng.random() < REPLIED and replied < self.now:
            review.reply = rng.choice(THANKS if review.stars > 3 else APOLOGIES)
            review.replied_at, review.replied_by = replied, survey.order.manager
