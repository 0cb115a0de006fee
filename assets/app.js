// Small comforts. Every page works without this file.
"use strict";
// After a refused form the list of errors is where reading starts.
document.getElementById("fouten")?.focus();
