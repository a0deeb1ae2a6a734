"""Addresses of calls in the workspace, under /workspace/."""

from django.urls import path

from telephony.views import calls, simulator

urlpatterns = [
    path("orders/<int:pk>/call/", calls.CallView.as_view(), name="order_call"),
    path("orders/<int:pk>/calls/", calls.CallsView.as_view(), name="order_calls"),
    path("recordings/<int:pk>/", calls.RecordingView.as_view(), name="recording"),
    path("simulator/", simulator.SimulatorView.as_view(), name="simulator"),
    path("simulator/phones/", simulator.PhonesView.as_view(), name="simulator_phones"),
    path("simulator/act/", simulator.ActView.as_view(), name="simulator_act"),
]
