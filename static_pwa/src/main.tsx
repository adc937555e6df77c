// Starts the phone.
document.getElementById("phone")?.append("Doorstep");
