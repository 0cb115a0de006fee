DROP TABLE closing_reminders;
