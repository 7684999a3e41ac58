# TC-GW-006: Federated Content Visibility
# Verify federated tools follow gateway visibility.
#
# Expected results:
# - Federated tools inherit gateway visibility
# - Team members see team-gateway tools
# - Non-members don't see team-gateway tools

# Step 1: Create team-scoped gateway
curl -s -X POST -H "Authorization: Bearer $ADMIN_TOKEN" \
-H "Content-Type: application/json" \
-d '{
"name": "team-gateway",
"url": "http://localhost:9000/sse",
"transport": "SSE",
"visibility": "team",
"team_id": "team-alpha"
}' \
http://localhost:4444/gateways | jq .
# Step 2: Check tools with team token
curl -s -H "Authorization: Bearer $TEAM_TOKEN" \
http://localhost:4444/tools | jq '.[] | select(.federation_source == "team-gateway")'
# Expected: Tools visible
# Step 3: Check tools with non-team token
curl -s -H "Authorization: Bearer $USER_TOKEN" \
http://localhost:4444/tools | jq '.[] | select(.federation_source == "team-gateway")'
# Expected: Tools NOT visible (empty result)
