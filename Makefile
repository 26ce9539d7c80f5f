# Aliases; start.py is what does it all.
.PHONY: run test
run: ; @python3 start.py serve
test: ; @python3 start.py test
