"""The question of absent-accounts as one hand-written SQL statement, asked by Python's sqlite3 alone."""

import sqlite3
import sys
from datetime import date, timedelta

database, day = sys.argv[1:]
on = date.fromisoformat(day)
latest_start = on - timedelta(days=89)

QUERY = """
WITH known AS (
    SELECT a.staff_no, a.start_on, COALESCE(a.end_on, '9999-12-31') AS end_on,
           COALESCE(d.open_after, a.end_on, '9999-12-31') AS reach
    FROM absence_version AS a LEFT JOIN calendar_day AS d ON d.day = a.end_on
    WHERE a.valid_from <= :on AND (a.valid_to IS NULL OR a.valid_to > :on)
), islands AS (
    SELECT *, SUM(begins) OVER (PARTITION BY staff_no ORDER BY start_on) AS island FROM (
        SELECT *, start_on > COALESCE(MAX(reach) OVER (
            PARTITION BY staff_no ORDER BY start_on ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), '') AS begins FROM known)
), absent AS (
    SELECT staff_no, MIN(start_on) AS since FROM islands GROUP BY staff_no, island
    HAVING MIN(start_on) <= :latest_start AND MAX(end_on) >= :on
)
SELECT account.system_code, account.user_id, absent.since, system.name, system.department_code,
       (SELECT COUNT(*) FROM account_version WHERE valid_from <= :on AND (valid_to IS NULL OR valid_to > :on))
FROM absent
JOIN account_version AS account ON account.staff_no = absent.staff_no AND account.state = '有効'
     AND account.valid_from <= :on AND (account.valid_to IS NULL OR account.valid_to > :on)
JOIN system_version AS system ON system.code = account.system_code
     AND system.valid_from <= :on AND (system.valid_to IS NULL OR system.valid_to > :on)
ORDER BY 1, 2
"""
rows = sqlite3.connect(database).execute(QUERY, {"on": day, "latest_start": latest_start.isoformat()}).fetchall()
print(len(rows), rows[0][-1] if rows else 0)
