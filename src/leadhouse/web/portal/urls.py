"""The portals' addresses."""

from django.urls import path

from leadhouse.web.portal import campaigns, keys, lead, leads, people
from leadhouse.web.portal.bulk import pages as bulk
from leadhouse.web.portal.money import pages as money
from leadhouse.web.portal.posts import pages as posts

urlpatterns = [
    path("buyer/leads", leads.bought, name="bought-leads"),
    path("buyer/leads.csv", leads.bought_csv, name="bought-leads-csv"),
    path("buyer/leads/<uuid:delivery>", lead.bought_lead, name="bought-lead"),
    path("buyer/leads/<uuid:delivery>/feedback", lead.say, name="bought-lead-feedback"),
    path("buyer/leads/<uuid:delivery>/notes", lead.note, name="bought-lead-notes"),
    path("buyer/feedback", bulk.feedback_files, name="feedback-files"),
    path("buyer/feedback/<uuid:file_id>", bulk.feedback_file, name="feedback-file"),
    path("buyer/feedback/<uuid:file_id>.csv", bulk.feedback_file_csv, name="feedback-file-csv"),
    path("buyer/feedback/<uuid:file_id>/move", bulk.move_feedback_file, name="move-feedback-file"),
    path("buyer/campaigns", campaigns.own_campaigns, name="own-campaigns"),
    path("buyer/campaigns/<str:campaign_key>", campaigns.own_campaign, name="own-campaign"),
    path("buyer/wallet", money.wallet, name="wallet"),
    path("buyer/wallet.csv", money.wallet_csv, name="wallet-csv"),
    path("buyer/invoice", money.invoice, name="invoice"),
    path("buyer/keys", keys.company_keys, name="company-keys"),
    path("buyer/people", people.colleagues, name="colleagues"),
    path("buyer/people/<int:person_id>", people.change_colleague, name="change-colleague"),
    path("source/posts", posts.posts, name="posts"),
    path("source/posts.csv", posts.posts_csv, name="posts-csv"),
    path("source/posts/refused", posts.refused, name="refused-posts"),
    path("source/posts/<uuid:post_id>", posts.post, name="post"),
    path("source/payouts", posts.payouts, name="payouts"),
    path("source/keys", keys.source_keys, name="source-keys"),
]
