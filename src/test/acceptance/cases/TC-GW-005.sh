# TC-GW-005: Federated Tools Discovery
# Verify tools are imported from upstream with federation_source.
#
# Expected results:
# - Tools imported from upstream
# - federation_source set to gateway name
# - Tools inherit gateway's visibility

# Step 1: Register gateway (assuming upstream has tools)
curl -s -X POST -H "Authorization: Bearer $ADMIN_TOKEN" \
-H "Content-Type: application/json" \
-d '{
"name": "discovery-gateway",
"url": "http://localhost:9000/sse",
"transport": "SSE",
"auth_type": "bearer",
"auth_token": "valid-token"
}' \
http://localhost:4444/gateways | jq .
# Step 2: Trigger tool refresh
GATEWAY_ID=$(curl -s -H "Authorization: Bearer $ADMIN_TOKEN" \
http://localhost:4444/gateways | jq -r '.[] | select(.name == "discovery-gateway") | .id')
curl -s -X POST -H "Authorization: Bearer $ADMIN_TOKEN" \
http://localhost:4444/gateways/$GATEWAY_ID/tools/refresh | jq .
# Step 3: Check federated tools
curl -s -H "Authorization: Bearer $ADMIN_TOKEN" \
http://localhost:4444/tools | jq '.[] | select(.federation_source == "discovery-gateway")'
