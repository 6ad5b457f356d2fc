from django.urls import path

from qiming.portal import views

urlpatterns = [path("", views.home, name="portal.home")]
