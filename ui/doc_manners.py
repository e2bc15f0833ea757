"""Requests that show the API's manners one by one, as shell lines for the documentation."""

from ui.doc_curl import CONTACT, WHO

DEVELOPER = '-H "developer-id: $DEVELOPER_ID"'
CONTACTS = '"$POSTBACK_URL/v2/contacts'
SIGN_IN = '{"username":"\'$USERNAME\'","password":"\'$PASSWORD\'"}'
MOVED = '{"contact":{"city":"Oslo"}}'

MANNERS = {
    "token": f"""curl -s {DEVELOPER} --json '{SIGN_IN}' "$POSTBACK_URL/v2/token"
curl -s {DEVELOPER} -H "access-token: $TOKEN" {CONTACTS}"
curl -s {DEVELOPER} -H "access-token: $TOKEN" -X DELETE "$POSTBACK_URL/v2/token/$TOKEN\"""",
    "etag": f"""curl -si {WHO} {CONTACTS}/$ID"
curl -s {WHO} -H 'If-None-Match: "'$TAG'"' {CONTACTS}/$ID"
curl -s {WHO} -X PUT -H 'If-Match: "'$TAG'"' --json '{MOVED}' {CONTACTS}/$ID\"""",
    "idempotency": f"""curl -s {WHO} -H "Idempotency-Key: order-4711" --json '{CONTACT}' {CONTACTS}\"""",
    "request id": f"""curl -si {WHO} -H "X-Request-Id: import-7" {CONTACTS}?page_size=1\"""",
    "limits": f"""curl -si {WHO} {CONTACTS}?page_size=1\"""",
    "problem": f"""curl -s {WHO} -H "Accept: application/problem+json" {CONTACTS}/none\"""",
    "table": f"""curl -s {WHO} {CONTACTS}?_format=csv&created_ts=this+week" > contacts.csv
curl -s {WHO} {CONTACTS}?_format=tsv&page=1&page_size=50\"""",
    "cursor": f"""curl -s {WHO} {CONTACTS}?page_size=200&sort=last_name"
curl -s {WHO} "$NEXT\"""",
}
