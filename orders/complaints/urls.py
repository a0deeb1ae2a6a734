"""Addresses of complaints in the workspace, under /workspace/."""

from django.urls import path

from orders.complaints import action_views, views

COMPLAINT = "complaints/<int:pk>/"

urlpatterns = [
    path("complaints/", views.ComplaintList.as_view(), name="complaint_list"),
    path("complaints/add/", views.ComplaintAdd.as_view(), name="complaint_add"),
    path("complaints/export/", views.ComplaintExport.as_view(), name="complaint_export"),
    path(COMPLAINT, views.ComplaintCard.as_view(), name="complaint"),
    path(f"{COMPLAINT}take/", action_views.TakeView.as_view(), name="complaint_take"),
    path(f"{COMPLAINT}give/", action_views.GiveView.as_view(), name="complaint_give"),
    path(f"{COMPLAINT}change/", action_views.ChangeView.as_view(), name="complaint_change"),
    path(f"{COMPLAINT}note/", action_views.NoteView.as_view(), name="complaint_note"),
    path(f"{COMPLAINT}ask/", action_views.AskView.as_view(), name="complaint_ask"),
    path(
        f"{COMPLAINT}statement/", action_views.StatementView.as_view(), name="complaint_statement"
    ),
    path(f"{COMPLAINT}answer/", action_views.AnswerView.as_view(), name="complaint_answer"),
    path(f"{COMPLAINT}close/", action_views.CloseView.as_view(), name="complaint_close"),
    path(f"{COMPLAINT}reopen/", action_views.ReopenView.as_view(), name="complaint_reopen"),
    path(f"{COMPLAINT}files/<int:file>/", views.ComplaintFileView.as_view(), name="complaint_file"),
    path(
        f"{COMPLAINT}files/<int:file>/preview/",
        views.ComplaintFileView.as_view(is_preview=True),
        name="complaint_file_preview",
    ),
]
