# Runs in a container of its own: the staff's files are in /src, the artefacts that were declared in /src/submission.
# What it writes to /build/grade.json is the grade. Nothing of the submission is ever executed here.
if cmp -s /src/expected.txt /src/submission/answer.txt; then
  echo '{"passed": true, "score": 1}' > /build/grade.json
else
  echo '{"passed": false, "score": 0, "message": "answer.txt is not what was asked for."}' > /build/grade.json
fi
