"""After how long the manufacturer is told that a customer waits for an answer."""

import django.core.validators
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dealers', '0009_sms_hours'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='systemsettings',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='systemsettings',
            name='update_update',
        ),
        migrations.AddField(
            model_name='systemsettings',
            name='answer_hours',
            field=models.PositiveSmallIntegerField(default=4, help_text='after this the manufacturer is told', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(240)], verbose_name='a customer’s message waits for an answer, hours'),
        ),
        migrations.AddField(
            model_name='systemsettingsevent',
            name='answer_hours',
            field=models.PositiveSmallIntegerField(default=4, help_text='after this the manufacturer is told', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(240)], verbose_name='a customer’s message waits for an answer, hours'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='systemsettings',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "dealers_systemsettingsevent" ("answer_hours", "calls_enabled", "chosen_dealer_minutes", "dealers_see_only_own", "id", "installation_dealer_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points_completed", "points_failed", "points_in_distribution", "processed_after_call", "recordings_keep_days", "robot_attempts", "robot_enabled", "robot_from_hour", "robot_pause_minutes", "robot_to_hour", "sms_from_hour", "sms_to_hour", "term_days", "unclaimed_minutes") VALUES (NEW."answer_hours", NEW."calls_enabled", NEW."chosen_dealer_minutes", NEW."dealers_see_only_own", NEW."id", NEW."installation_dealer_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."points_completed", NEW."points_failed", NEW."points_in_distribution", NEW."processed_after_call", NEW."recordings_keep_days", NEW."robot_attempts", NEW."robot_enabled", NEW."robot_from_hour", NEW."robot_pause_minutes", NEW."robot_to_hour", NEW."sms_from_hour", NEW."sms_to_hour", NEW."term_days", NEW."unclaimed_minutes"); RETURN NULL;', hash='8948f1a54984107233e02e4fa92665878b8bef18', operation='INSERT', pgid='pgtrigger_insert_insert_73e06', table='dealers_systemsettings', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='systemsettings',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "dealers_systemsettingsevent" ("answer_hours", "calls_enabled", "chosen_dealer_minutes", "dealers_see_only_own", "id", "installation_dealer_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points_completed", "points_failed", "points_in_distribution", "processed_after_call", "recordings_keep_days", "robot_attempts", "robot_enabled", "robot_from_hour", "robot_pause_minutes", "robot_to_hour", "sms_from_hour", "sms_to_hour", "term_days", "unclaimed_minutes") VALUES (NEW."answer_hours", NEW."calls_enabled", NEW."chosen_dealer_minutes", NEW."dealers_see_only_own", NEW."id", NEW."installation_dealer_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."points_completed", NEW."points_failed", NEW."points_in_distribution", NEW."processed_after_call", NEW."recordings_keep_days", NEW."robot_attempts", NEW."robot_enabled", NEW."robot_from_hour", NEW."robot_pause_minutes", NEW."robot_to_hour", NEW."sms_from_hour", NEW."sms_to_hour", NEW."term_days", NEW."unclaimed_minutes"); RETURN NULL;', hash='5fc852bb78ac68ee5ea19b6c7c11c5885f20474d', operation='UPDATE', pgid='pgtrigger_update_update_1391e', table='dealers_systemsettings', when='AFTER')),
        ),
    ]
