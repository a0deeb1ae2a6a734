"""The customer's pages of a survey, behind a personal link."""

from functools import wraps

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from dealers.limits import REVIEWS_OF_SURVEY
from dealers.services.errors import Refused
from orders.storefront.access import opened_by, privately, too_many
from surveys.answers import AnswerForm
from surveys.forms import ReviewForm, ShortForm
from surveys.links import survey_by_token
from surveys.models import Review, ReviewState
from surveys.selectors.asking import answers_of, questions_of, written_text
from surveys.services.answering import save_answers, submit_short, submit_survey
from surveys.services.errors import AlreadyAnswered, SurveyClosed
from surveys.services.reviews import withdraw_review, write_review
from suz.common.net import client_address

WRONG = 422


def behind_link(view):
    """A view of the survey that a personal link opens. Every wrong link answers alike.

    Forms carry no token against forgery: the page names no origin, and the link itself is the right
    to answer. Whoever knows it needs no forged form.
    """

    @csrf_exempt
    @never_cache
    @opened_by(survey_by_token)
    @privately
    @wraps(view)
    def wrapped(request, survey, token):
        return view(request, survey, token, timezone.now())

    return wrapped


@require_http_methods(["GET", "HEAD", "POST"])
@behind_link
def survey(request, survey, token, now):
    """The questions, and thanks afterwards; only a form sent off changes anything."""
    if survey.is_answered:
        if request.method == "POST":
            # Twice the same button: what came first counts.
            return redirect("survey", token)
        return _thanks(request, survey, token)
    questions, given = questions_of(survey), answers_of(survey)
    form = AnswerForm(request.POST or None, questions=questions, given=given)
    if request.method == "POST" and form.is_valid():
        try:
            submit_survey(survey_id=survey.pk, answers=form.answers, now=now)
        except AlreadyAnswered:
            return redirect("survey", token)
        except SurveyClosed as error:
            raise Http404 from error
        return redirect("survey", token)
    context = {
        "survey": survey,
        "order": survey.order,
        "form": form,
        "token": token,
        "answered": len(given),
        "total": len(questions),
    }
    status = WRONG if form.errors else 200
    return render(request, "surveys/customer/survey.html", context, status=status)


@require_POST
@behind_link
def survey_save(request, survey, token, now):
    """Keeps what is answered so far; the answer is how far the customer is."""
    questions = questions_of(survey)
    form = AnswerForm(request.POST, questions=questions, is_draft=True)
    form.is_valid()
    try:
        answered = save_answers(survey_id=survey.pk, answers=form.answers, now=now)
    except SurveyClosed:
        return HttpResponse(status=204)
    context = {"answered": answered, "total": len(questions), "is_saved": True}
    return render(request, "surveys/customer/progress.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@behind_link
def survey_review(request, survey, token, now):
    """A review: of what was answered before, or alone with stars of its own."""
    if not survey.dealer_id:
        raise Http404
    if request.method != "POST":
        if survey.is_answered:
            return redirect("survey", token)
        initial = {"name": _first_name(survey)}
        return _short(request, survey, token, ShortForm(initial=initial, auto_id="%s"))
    if "withdraw" in request.POST:
        withdraw_review(survey_id=survey.pk, now=now)
        return redirect("survey", token)
    is_short = not survey.is_answered
    form = (ShortForm if is_short else ReviewForm)(request.POST, auto_id="%s")
    if not form.is_valid():
        answer = _short if is_short else _thanks
        return answer(request, survey, token, form)
    if not REVIEWS_OF_SURVEY.hit(survey.pk, now=now):
        return too_many(request)
    data = form.cleaned_data
    try:
        if is_short:
            stars = int(data["stars"])
            submit_short(survey_id=survey.pk, stars=stars, text=data["text"], now=now)
        write_review(
            survey_id=survey.pk,
            text=data["text"],
            name=data["name"],
            address=client_address(request),
            now=now,
        )
    except Refused:
        # Sent twice, or closed meanwhile: the page says how it stands.
        return redirect("survey", token)
    return redirect("survey", token)


def _short(request, survey, token, form):
    context = {"survey": survey, "order": survey.order, "form": form, "token": token}
    status = WRONG if form.errors else 200
    return render(request, "surveys/customer/review.html", context, status=status)


def _thanks(request, survey, token, form=None):
    review = Review.objects.filter(survey=survey).first()
    may_write = bool(survey.dealer_id and survey.rating) and (
        review is None or review.state == ReviewState.WITHDRAWN
    )
    if may_write and form is None:
        text = review.text if review else written_text(questions_of(survey), answers_of(survey))
        form = ReviewForm(initial={"text": text, "name": _first_name(survey)}, auto_id="%s")
    context = {
        "survey": survey,
        "order": survey.order,
        "review": review,
        "form": form if may_write else None,
        "token": token,
    }
    status = WRONG if form is not None and form.errors else 200
    return render(request, "surveys/customer/thanks.html", context, status=status)


def _first_name(survey):
    """The customer's first name, to begin with."""
    return survey.order.customer_name.split(" ")[0][:60]
