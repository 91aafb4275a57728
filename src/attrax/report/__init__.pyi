from .run_report import report_of as report_of
