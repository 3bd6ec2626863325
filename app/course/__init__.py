"""The course of 45 minutes: plan and exercises as data, what the app shows of them, handouts, and what is open for all."""
