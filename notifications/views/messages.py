"""The bell and the list of a user's messages."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View

from notifications.reading import mark_all_read, mark_read
from notifications.selectors import bell_for, messages_of, unread_of
from suz.common.access import WorkspaceMixin
from suz.common.keyset import paginate

PAGE_SIZE = 30
MAX_DIGITS = 19


class BellView(WorkspaceMixin, View):
    """Polled by every open page: 204 while it shows what is true.

    Who is logged out gets 403, not the login page: it would land inside the bell.
    """

    raise_exception = True

    def get(self, request):
        bell = bell_for(request.user)
        since = request.GET.get("since", "")
        if not bell.differs_from(since, request.GET.get("unread")):
            return HttpResponse(status=204)
        context = {"bell": bell, "ringing": bell.ringing(since)}
        return render(request, "notifications/bell_news.html", context)


class MessageListView(WorkspaceMixin, View):
    """The user's messages, the newest first."""

    def get(self, request):
        only_unread = request.GET.get("show") == "unread"
        page = paginate(
            unread_of(request.user) if only_unread else messages_of(request.user),
            keys=("-id",),
            size=PAGE_SIZE,
            after=request.GET.get("after", ""),
            before=request.GET.get("before", ""),
        )
        bell = bell_for(request.user)
        return render(
            request,
            "notifications/message_list.html",
            {"page": page, "only_unread": only_unread, "bell": bell},
        )


class MessageOpenView(WorkspaceMixin, View):
    """Marks a message read and goes where it leads."""

    http_method_names = ["post", "options"]

    def post(self, request, pk):
        message = _mark_read(request, pk)
        if message.withdrawn_at is None and url_has_allowed_host_and_scheme(
            message.url, allowed_hosts=None
        ):
            return redirect(message.url)
        return redirect("message_list")


class MessageReadView(WorkspaceMixin, View):
    """Marks a message read and stays on the list."""

    http_method_names = ["post", "options"]

    def post(self, request, pk):
        _mark_read(request, pk)
        return _back_to_list(request)


class MessagesReadView(WorkspaceMixin, View):
    """Marks read every message up to the newest one that the page showed."""

    http_method_names = ["post", "options"]

    def post(self, request):
        until = request.POST.get("until", "")
        if until.isdecimal() and len(until) <= MAX_DIGITS:
            mark_all_read(until_id=int(until), by=request.user, now=timezone.now())
        return _back_to_list(request)


def _mark_read(request, pk):
    message = mark_read(message_id=pk, by=request.user, now=timezone.now())
    if message is None:
        raise Http404
    return message


def _back_to_list(request):
    show = "?show=unread" if request.POST.get("show") == "unread" else ""
    return redirect(reverse("message_list") + show)
