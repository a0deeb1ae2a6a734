"""Addresses of surveys and reviews in the workspace, under /workspace/."""

from django.urls import path

from surveys.views import editor, results, reviews, sending

SETTINGS = "settings/surveys/"
QUESTION = f"{SETTINGS}questions/<int:pk>/"
REVIEW = "reviews/<int:pk>/"

urlpatterns = [
    path("surveys/", results.SurveyResults.as_view(), name="survey_results"),
    path("surveys/answers/", results.SurveyList.as_view(), name="survey_list"),
    path("surveys/export/", results.SurveyExport.as_view(), name="survey_export"),
    path("surveys/<int:pk>/", results.SurveyPage.as_view(), name="survey_page"),
    path("surveys/<int:pk>/void/", results.SurveyVoid.as_view(), name="survey_void"),
    path("orders/<int:pk>/survey/", sending.SurveySend.as_view(), name="order_survey"),
    path("reviews/", reviews.ReviewList.as_view(), name="review_list"),
    path(f"{REVIEW}publish/", reviews.ReviewPublish.as_view(), name="review_publish"),
    path(f"{REVIEW}reject/", reviews.ReviewReject.as_view(), name="review_reject"),
    path(f"{REVIEW}reply/", reviews.ReviewReply.as_view(), name="review_reply"),
    path(f"{REVIEW}reply/hide/", reviews.ReplyHide.as_view(), name="reply_hide"),
    path(f"{REVIEW}reply/show/", reviews.ReplyHide.as_view(is_hidden=False), name="reply_show"),
    path(SETTINGS, editor.SurveySettingsPage.as_view(), name="survey_settings"),
    path(f"{SETTINGS}preview/", editor.SurveyPreview.as_view(), name="survey_preview"),
    path(f"{SETTINGS}questions/add/", editor.QuestionAdd.as_view(), name="question_add"),
    path(QUESTION, editor.QuestionEdit.as_view(), name="question_edit"),
    *(
        path(
            f"{QUESTION}{change}/",
            editor.QuestionChange.as_view(change=change),
            name=f"question_{change}",
        )
        for change in editor.QuestionChange.changes
    ),
]
